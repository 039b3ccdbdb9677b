/** Finds the faces in each frame. */
import { Observable, type OperatorFunction } from 'rxjs';
import { type FailureOptions, FailureWatch } from '../flow/failures.js';
import { integerOption } from '../flow/options.js';
import { type StageOptions, stage } from '../flow/stage.js';
import type { DetectedFrame, Face, Frame } from '../frame.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';

/** Options of {@link detectFaces}. */
export interface DetectFacesOptions
  extends Pick<StageOptions<Frame, DetectedFrame>, 'overflow' | 'capacity' | 'counts'>,
    FailureOptions {
  /** Look for the first face where it was in the frame before, which is cheaper and steadier, and stay with it. Default true. */
  readonly follow?: boolean;
  /** The largest number of faces for each frame, the followed or best one first. Default 1. */
  readonly maxFaces?: number;
}

/** Number of detections that may fail in a row: about three seconds of video. */
const MAX_FAILURES = 100;

/** The face that is followed, with the source and size of its frame: its position is only valid in frames of the same source and size. */
interface Followed {
  readonly face: Face;
  readonly frame: Pick<Frame, 'source' | 'width' | 'height'>;
}

/**
 * Finds the faces in each frame.
 *
 *     source   f0   f1   f2   f3
 *     detector [search][track][track] …
 *     result   {f0, [face]}  {f1, [face]}  {f3, []}
 *
 * The first face of a frame is followed: it is passed to the detector with the next frame, if that is of the same source
 * and size. While it is found, other faces are only found next to it. When it is lost, the same frame is
 * searched for the face nearest to it, and the next frame is searched as a whole. To find several faces anywhere, set `follow: false`.
 *
 * - **overlap**: one detection at a time; frames that arrive meanwhile wait or are dropped as `overflow` (default `latest`)
 *   and `capacity` say, see {@link stage}. Results keep the order of the frames.
 * - **completion**: after the source completed and the last waiting frame was searched.
 * - **error**: of the source at once; `OVERFLOW` with the policy `error`. A frame whose detection fails is passed on without faces and counts
 *   as failed; `onFailure` is called. After `maxFailures` (default 100) failed frames in a row the stream errors.
 * - **unsubscribe**: the frames waiting and being searched count as dropped; the result of a running detection is discarded.
 * - **memory**: `capacity + 1` frames and one face.
 *
 * @example
 * ```ts
 * import { openEngine } from 'irisflow/engine';
 * import { createFaceDetector } from 'irisflow/vision';
 * import { detectFaces } from 'irisflow/operators';
 * import { fromVideo } from 'irisflow/streams';
 *
 * const detector = await createFaceDetector(await openEngine());
 * fromVideo('face.mp4')
 *   .pipe(detectFaces(detector, { overflow: 'block' }))
 *   .subscribe(({ frame, faces }) => console.log(frame.sequence, faces[0]?.leftEye));
 * ```
 *
 * @param detector runs in the thread that calls it, unless it is one that runs in a worker.
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function detectFaces(
  detector: FaceDetector,
  { follow = true, maxFaces = 1, onFailure, maxFailures, ...options }: DetectFacesOptions = {},
): OperatorFunction<Frame, DetectedFrame> {
  integerOption('maxFaces', maxFaces, 1);
  const { overflow, capacity, counts } = options;
  // A stage checks its options when it is created. The stages that run are created at the subscription, which is too late to throw.
  stage(async () => undefined, { overflow, capacity });
  const watch = () => new FailureWatch('face detection', { onFailure, maxFailures }, MAX_FAILURES);
  watch();

  return (source) =>
    new Observable((subscriber) => {
      let followed: Followed | undefined;
      const failures = watch();

      const detect = async (frame: Frame): Promise<DetectedFrame> => {
        const previous = followed && isSameView(followed.frame, frame) ? followed.face : undefined;
        const faces = (await detector.detect(frame, previous)).slice(0, maxFaces);
        failures.succeeded();
        const [face] = faces;
        const { source, width, height } = frame;
        followed = follow && face ? { face, frame: { source, width, height } } : undefined;
        return { frame, faces };
      };

      const passOn = (error: unknown, frame: Frame): undefined => {
        failures.failed(error);
        subscriber.next({ frame, faces: [] });
      };

      return source.pipe(stage(detect, { overflow, capacity, counts, onFailure: passOn })).subscribe(subscriber);
    });
}

function isSameView(a: Followed['frame'], b: Frame): boolean {
  return a.source === b.source && a.width === b.width && a.height === b.height;
}
