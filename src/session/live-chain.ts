/** The links of a live session's chain: frames become crops, crops are refined and pasted back, and both go out. */
import { filter, identity, map, merge, Observable, type OperatorFunction, share, tap, throttleTime } from 'rxjs';
import type { TrainingData } from '../data/training-data.js';
import { messageOf } from '../errors.js';
import type { Crop, CroppedFrame } from '../frame.js';
import { cutAs } from '../inputs/crops-of.js';
import type { Input } from '../inputs/input.js';
import type { InputKind } from '../models/types.js';
import { cropStrip } from '../operators/crop-strip.js';
import { detectFaces } from '../operators/detect-faces.js';
import { pasteBack } from '../operators/paste-back.js';
import { refine } from '../operators/refine.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import { toWebSocket } from '../streams/to-websocket.js';
import type { InputWatch } from './input-watch.js';
import type { Model } from './model.js';
import type { StatusBoard } from './status.js';

/** What all links share. */
export interface LiveContext {
  readonly server: FrameServer;
  readonly model: Model;
  readonly board: StatusBoard;
  readonly watches: Readonly<Record<InputKind, InputWatch>>;
  /** Faces whose eyes are nearer to each other, in pixels, are learnt from at most. */
  readonly refinedEyeDistance: number;
  /** Whether raw crops take the place of refined ones that fail their check. */
  readonly fallback: boolean;
  /** Called with what failed without ending the stream, in words. */
  readonly notify: (message: string) => void;
}

/** Training needs a few crops a second; finding faces in more frames would only take from the refinement. */
const LEARNT_CROPS_INTERVAL_MS = 100;

/** No face was looked for in this time: worth a notice. */
const UNSEARCHED_MS = 3000;

/** An input whose picture has not changed for this long is worth a notice. */
const STILL_MS = 10_000;
/** Frames that come after so long begin anew. */
const AWAY_MS = 2000;

/** Frames go out as they came. They are cut, all of them, or a few a second where they are only learnt from. */
export function croppedFrames(
  name: InputKind,
  input: Input,
  { server, model, board, watches, notify }: LiveContext,
  { refined }: { readonly refined: boolean },
): Observable<CroppedFrame> {
  // A picture never freezes because detection fails: the frame goes on without a face, and the notice says why.
  const onFailure = (error: unknown) => notify(`finding faces in the ${name} input failed: ${messageOf(error)}`);
  const options = { counts: board.counter(`detect-${name}`), onFailure, maxFailures: Number.POSITIVE_INFINITY };
  const watch = watches[name];
  return input.frames.pipe(
    tap({ next: () => watch.frame(), complete: () => watch.ended() }),
    toWebSocket(server, name),
    refined ? identity : throttleTime(LEARNT_CROPS_INTERVAL_MS),
    cutAs(input, model.size, () => detectFaces(model, options)),
    tap((cropped) => watch.cut(cropped, input)),
    share(),
  );
}

/** The crops as the recipe learns from them, such as a crop with its target. A picture that stands still gives a notice. */
export function learntFrames(
  name: InputKind,
  { prepare }: Input,
  data: TrainingData,
  notify: (message: string) => void,
): OperatorFunction<CroppedFrame, CroppedFrame> {
  return (frames) =>
    new Observable((subscriber) => {
      // When the first of the crops came that changed nothing.
      let still: number | undefined;
      let last = performance.now();
      subscriber.add(
        data.changed.pipe(filter((input) => input === name)).subscribe(() => {
          still = undefined;
        }),
      );
      const prepared = frames.pipe(
        map(({ frame, crops }) => ({ frame, crops: prepare ? crops.flatMap((crop) => prepare(crop) ?? []) : crops })),
        tap(({ crops }) => {
          const now = performance.now();
          // A picture that was not there for a while did not stand still.
          if (now - last > AWAY_MS) still = undefined;
          last = now;
          if (crops.length === 0) return;
          still ??= now;
          if (now - still <= STILL_MS) return;
          notify(`the ${name} input has shown the same picture for ${STILL_MS / 1000} s: nothing is learnt from it`);
        }),
      );
      subscriber.add(prepared.subscribe(subscriber));
    });
}

/** The crops go out side by side. */
export function cropsOut(name: InputKind, { server }: LiveContext): OperatorFunction<CroppedFrame, unknown> {
  return (frames) => frames.pipe(cropStrip(), toWebSocket(server, `${name}-crops`));
}

/** The crops are refined and pasted back. Refined crops and refined frames go out, and the crops that they were made of. */
export function refinedOut(
  name: InputKind,
  { prepare }: Input,
  context: LiveContext,
): OperatorFunction<CroppedFrame, unknown> {
  const { server, model, board, fallback, refinedEyeDistance, notify } = context;
  let toldOfSmall = false;
  const largeEnough = (cropped: CroppedFrame): CroppedFrame => {
    const { eyeDistance = refinedEyeDistance } = cropped;
    if (eyeDistance >= refinedEyeDistance) return cropped;
    const told = toldOfSmall;
    toldOfSmall = true;
    if (!told) {
      notify(
        `the face in the ${name} input is too small to be refined: its eyes are ${Math.round(eyeDistance)} pixels apart, and ${refinedEyeDistance} are needed (--min-eye-distance)`,
      );
    }
    return { ...cropped, crops: [] };
  };
  // What the network is given may be made of the crop, as a line drawing is; what is pasted back belongs to the crop itself.
  const given = (crop: Crop): Crop => prepare?.(crop) ?? crop;
  return (cropped) => {
    let searched = performance.now();
    const refined = cropped.pipe(
      map(largeEnough),
      refine(
        { refine: (crops) => model.refine(crops.map(given)) },
        {
          counts: board.counter('refine'),
          check: fallback,
          onFailure: () => undefined, // Each raw frame says why in `passedThrough`.
          maxFailures: Number.POSITIVE_INFINITY,
        },
      ),
      tap(({ crops, passedThrough }) => {
        if (!passedThrough || crops.length > 0) searched = performance.now();
        // The first search for a face takes longer than those after it.
        const told = passedThrough && (crops.length > 0 || performance.now() - searched > UNSEARCHED_MS);
        if (told) notify(`frames pass through unrefined: ${passedThrough}`);
      }),
      share(),
    );
    return merge(
      cropped.pipe(
        map((frame) => ({ ...frame, crops: frame.crops.map(given) })),
        cropsOut(name, context),
      ),
      refined.pipe(cropStrip(), toWebSocket(server, 'refined-crops')),
      refined.pipe(pasteBack(), toWebSocket(server, 'refined')),
    );
  };
}
