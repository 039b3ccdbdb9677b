/** Frames of a synthetic eye, rendered as they are needed. */
import { asyncScheduler, Observable, type Subscription } from 'rxjs';
import { createFlow } from '../flow/hold.js';
import type { Frame } from '../frame.js';
import { whole } from '../renderer/check.js';
import { type EyeFilmOptions, eyeFilm, filmedEye } from '../renderer/eye-at.js';
import { frontOf } from '../renderer/front.js';
import { checkPictureSize, renderEye } from '../renderer/render-eye.js';

/** Options of {@link fromRenderer}: what the film shows, and how it is played. */
export interface FromRendererOptions extends EyeFilmOptions {
  /** Pixels, 8 to 1024. Default 64. */
  readonly width?: number;
  /** Pixels, 8 to 1024. Default 64. */
  readonly height?: number;
  /** A whole number; the same seed plays the same film. Default 0. */
  readonly seed?: number;
  /** Frames until it completes. Endless by default. */
  readonly count?: number;
  /**
   * Gives each frame a `target`: the same moment seen from the front of the face (see `frontOf`). `head` is then 0.4 where it is not
   * given, and a frame takes twice as long. Default false.
   */
  readonly front?: boolean;
}

/** How far a head turns that is to be seen from its front, radians. */
const TURNED = 0.4;

/**
 * Plays an endless film of synthetic eyes that look around and blink, rendered on the calling thread (about 2 ms for a
 * 64×64 frame). Frame number n shows what {@link eyeAt} says for (seed, n), drawn by {@link renderEye}, so any frame can be
 * made again by its `sequence`. Each carries its true gaze and pupil centre in `labels`; `source` is `renderer`.
 *
 * - overlap, slowness: with an `fps`, frames come in real time; a late timer skips numbers instead of catching up, so
 *   `sequence` shows what was missed. With `fps: 0`, one frame a turn of the event loop, and the source can wait: while a
 *   consumer holds a frame's `flow`, none is rendered.
 * - completion: after `count` frames (numbers skipped at the end included); never without
 * - error: none
 * - unsubscribe: stops at once
 * - memory: one new frame at a time
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromRenderer } from 'irisflow/streams';
 *
 * fromRenderer({ fps: 0, count: 3, seed: 7 }).subscribe(({ sequence, labels }) => {
 *   console.log(sequence, labels?.gaze, labels?.pupils);
 * });
 * ```
 */
export function fromRenderer(options: FromRendererOptions = {}): Observable<Frame> {
  const { width = 64, height = 64, seed = 0, count = Number.POSITIVE_INFINITY, front = false } = options;
  const film = eyeFilm(front ? { ...options, head: options.head ?? TURNED } : options);
  checkPictureSize(width, height);
  whole('seed', seed, Number.MIN_SAFE_INTEGER);
  if (count !== Number.POSITIVE_INFINITY) whole('count', count, 0);
  return new Observable((subscriber) => {
    const period = film.fps === 0 ? 0 : 1000 / film.fps;
    const started = asyncScheduler.now();
    let next = 0;
    let held = false;
    let waiting: Subscription | undefined;
    const flow =
      period > 0
        ? undefined
        : createFlow(
            () => {
              held = true;
            },
            () => {
              held = false;
              wait();
            },
          );

    const wait = () => {
      if (waiting !== undefined || held || subscriber.closed) return;
      const due = next * period - (asyncScheduler.now() - started);
      // Never longer than a period: the clock may have been set back.
      waiting = asyncScheduler.schedule(turn, Math.min(period, Math.max(0, due)));
    };
    const turn = () => {
      waiting = undefined;
      if (held) return;
      const now = asyncScheduler.now();
      const sequence = period > 0 ? Math.max(next, Math.floor((now - started) / period)) : next;
      next = sequence + 1;
      if (sequence < count) {
        const eye = filmedEye(seed, sequence, film);
        const picture = renderEye(eye, width, height);
        const target = front ? { target: renderEye(frontOf(eye), width, height).data } : {};
        subscriber.next({ ...picture, ...target, time: now, sequence, source: 'renderer', ...(flow && { flow }) });
      }
      if (next >= count) subscriber.complete();
      else wait();
    };

    if (count === 0) subscriber.complete();
    else wait();
    return () => waiting?.unsubscribe();
  });
}
