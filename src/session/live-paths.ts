/** The two paths of a live session, as chains of operators. */
import { map, merge, type Observable, type OperatorFunction, share, tap, throttleTime } from 'rxjs';
import { messageOf } from '../errors.js';
import type { Crop, CroppedFrame, Frame } from '../frame.js';
import { cutAs } from '../inputs/crops-of.js';
import type { Input } from '../inputs/input.js';
import type { InputKind, RecipeConfig } from '../models/types.js';
import { cropStrip } from '../operators/crop-strip.js';
import { detectFaces } from '../operators/detect-faces.js';
import { pasteBack } from '../operators/paste-back.js';
import { refine } from '../operators/refine.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import { toWebSocket } from '../streams/to-websocket.js';
import type { InferenceWorker } from '../workers/inference-worker.js';
import type { StatusBoard } from './status.js';

export interface PathContext {
  readonly server: FrameServer;
  readonly worker: InferenceWorker;
  readonly board: StatusBoard;
  readonly size: Pick<RecipeConfig, 'width' | 'height'>;
  /** Whether raw crops take the place of refined ones that fail their check. */
  readonly fallback: boolean;
  /** Told of what failed without ending the stream. */
  readonly tell: (message: string) => void;
}

/** Training needs a few crops a second; finding faces in more frames would only take from the refinement. */
const LEARNT_CROPS_INTERVAL_MS = 100;

/** Crops are found, kept for training, refined and pasted back; frames go out as they came and refined. */
export function refinedPath(
  name: InputKind,
  input: Input,
  context: PathContext,
  keep: (cropped: CroppedFrame) => void,
): Observable<unknown> {
  const { server, worker, board, tell } = context;
  const cropped = input.frames.pipe(toWebSocket(server, name), crops(input, context, name), tap(keep), share());
  // What the network is given may be made of the crop, as a line drawing is; what is pasted back belongs to the crop itself.
  const { prepare } = input;
  const given = (crop: Crop): Crop => prepare?.(crop) ?? crop;
  const refined = cropped.pipe(
    refine(
      { refine: (crops) => worker.refine(crops.map(given)) },
      { counts: board.counter('refine'), check: context.fallback },
    ),
    tap(({ passedThrough }) => {
      if (passedThrough) tell(`frames pass through unrefined: ${passedThrough}`);
    }),
    share(),
  );
  return merge(
    cropped.pipe(
      map((frame) => ({ ...frame, crops: frame.crops.map(given) })),
      cropStrip(),
      toWebSocket(server, `${name}-crops`),
    ),
    refined.pipe(cropStrip(), toWebSocket(server, 'refined-crops')),
    refined.pipe(pasteBack(), toWebSocket(server, 'refined')),
  );
}

/** Frames go out as they came; a few a second are searched for crops to learn from. */
export function learntPath(
  name: InputKind,
  input: Input,
  context: PathContext,
  keep: (cropped: CroppedFrame) => void,
): Observable<unknown> {
  const { server } = context;
  return input.frames.pipe(
    toWebSocket(server, name),
    throttleTime(LEARNT_CROPS_INTERVAL_MS),
    crops(input, context, name),
    tap(keep),
    cropStrip(),
    toWebSocket(server, `${name}-crops`),
  );
}

function crops(
  input: Input,
  { worker, board, size, tell }: PathContext,
  name: InputKind,
): OperatorFunction<Frame, CroppedFrame> {
  const onFailure = (error: unknown) => tell(`finding faces in the ${name} input failed: ${messageOf(error)}`);
  return cutAs(input, size, () => detectFaces(worker, { counts: board.counter(`detect-${name}`), onFailure }));
}
