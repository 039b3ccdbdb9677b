/** Frames of a camera that is simulated, for machines that have none. */
import { map, type Observable } from 'rxjs';
import { stage } from '../flow/stage.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';
import { cameraAt, photograph } from '../renderer/camera.js';
import { type FromRendererOptions, fromRenderer } from './from-renderer.js';

/** Options of {@link fromDemo}. */
export interface FromDemoOptions
  extends Pick<FromRendererOptions, 'width' | 'height' | 'seed' | 'fps' | 'step' | 'period' | 'count'> {
  /** Frames a second. 0: frames come as fast as they are taken. Default 15, as a webcam gives in dim light. */
  readonly fps?: number;
  /** Frames until another person is recorded by another camera, 1 or more. Default 60. */
  readonly period?: number;
}

/** Added to the seed, so that nobody is seen whom `fromRenderer` shows with the same seed. */
const OTHER_PEOPLE = 7_919_000;
/** Dimmer than `fromRenderer` has it by default. */
const LIGHT = [0.5, 0.9] as const;

/**
 * Plays synthetic eyes as a webcam would record them: other people than {@link fromRenderer} shows with the same seed, in dimmer light,
 * each seen by a simulated camera with lens blur, vignetting, sensor noise, a colour cast, a tone curve and JPEG. It stands in for
 * a camera where a program has to show something that moves and can be learnt from. It is not footage: what a network learns from it is
 * the simulated camera. Frames carry no labels, as those of a camera; `source` is `demo`. A frame of 64×64 takes about 7 ms.
 *
 * - overlap, slowness: with an `fps`, frames come in real time, and the newest is taken where that is too fast. With `fps: 0` the source
 *   can wait: while a consumer holds a frame's `flow`, none is made.
 * - completion: after `count` frames; never without
 * - error: none
 * - unsubscribe: stops at once
 * - memory: two frames
 *
 * @throws {IrisflowError} `USAGE` at once for wrong options.
 * @example
 * ```ts
 * import { fromDemo } from 'irisflow/streams';
 *
 * fromDemo({ fps: 0, count: 3, seed: 7 }).subscribe(({ sequence, data }) => console.log(sequence, data.length));
 * ```
 */
export function fromDemo(options: FromDemoOptions = {}): Observable<Frame> {
  const { seed = 0, fps = 15, period = 60 } = options;
  const people = seed + OTHER_PEOPLE;
  const photographed = async ({ labels: _, ...frame }: Frame): Promise<Frame> => {
    const { data, width, height, sequence } = frame;
    const camera = cameraAt(people, Math.floor(sequence / period));
    return { ...frame, data: await photograph(data, width, height, camera, randomAt(people, 'sensor', sequence)) };
  };
  return fromRenderer({ ...options, seed: people, fps, period, light: LIGHT }).pipe(
    stage(photographed, { overflow: fps === 0 ? 'block' : 'latest' }),
    map((frame) => ({ ...frame, source: 'demo' })),
  );
}
