/** Finds the faces in each frame. */
import { Observable, type OperatorFunction } from 'rxjs';
import { type FailureOptions, FailureWatch } from '../flow/failures.js';
import { integerOption } from '../flow/options.js';
import { patienceOption, within } from '../flow/patience.js';
import { type StageOptions, stage } from '../flow/stage.js';
import type { DetectedFrame, Face, Frame } from '../frame.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';

/** Options of {@link detectFaces}. */
export interface DetectFacesOptions
  extends Pick<StageOptions<Frame, DetectedFrame>, 'overflow' | 'capacity' | 'counts'>,
    FailureOptions {
  /** Look for the first face where it was in the frame before, which is cheaper and steadier, and stay with it. Default true. */
  readonly follow?: boolean;
  /**
   * How many milliseconds a frame waits for its detection. After that it goes on without faces and says so in `passedThrough`, and so do
   * those behind it until the late detection is there; what that finds is taken for the next frame. Default 500; with `block`, as long as
   * it takes.
   */
  readonly patience?: number;
  /** The largest number of faces for each frame, the followed or best one first. Default 1. */
  readonly maxFaces?: number;
}

/** Number of detections that may fail in a row: about three seconds of video. */
const MAX_FAILURES = 100;

/** A late detection that comes so many milliseconds after it was late still tells where the face is now. */
const FRESH_MS = 1000;

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
 * A detection that takes longer than `patience` does not hold up the picture.
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
  { follow = true, maxFaces = 1, patience, onFailure, maxFailures, ...options }: DetectFacesOptions = {},
): OperatorFunction<Frame, DetectedFrame> {
  integerOption('maxFaces', maxFaces, 1);
  const { overflow, capacity, counts } = options;
  const wait = patienceOption(patience, overflow);
  // A stage checks its options when it is created. The stages that run are created at the subscription, which is too late to throw.
  stage(async () => undefined, { overflow, capacity });
  const watch = () => new FailureWatch('face detection', { onFailure, maxFailures }, MAX_FAILURES);
  watch();

  return (source) =>
    new Observable((subscriber) => {
      let followed: Followed | undefined;
      const failures = watch();

      let late = false;
      let found: { readonly faces: readonly Face[]; readonly in: Followed['frame'] } | undefined;

      const search = async (frame: Frame): Promise<readonly Face[]> => {
        const previous = followed && isSameView(followed.frame, frame) ? followed.face : undefined;
        const faces = (await detector.detect(frame, previous)).slice(0, maxFaces);
        failures.succeeded();
        const [face] = faces;
        followed = follow && face ? { face, frame: viewOf(frame) } : undefined;
        return faces;
      };

      const detect = async (frame: Frame): Promise<DetectedFrame> => {
        if (late) return { frame, faces: [], passedThrough: 'the face detector is still busy with an earlier frame' };
        const before = found;
        found = undefined;
        if (before && isSameView(before.in, frame)) return { frame, faces: before.faces };
        const answer = search(frame);
        if (wait === undefined) return { frame, faces: await answer };
        const faces = await within(answer, wait);
        if (faces) return { frame, faces };
        late = true;
        const began = performance.now();
        const done = (faces?: readonly Face[]) => {
          late = false;
          const fresh = performance.now() - began < FRESH_MS;
          found = faces && fresh ? { faces, in: viewOf(frame) } : undefined;
        };
        answer.then(done, (error) => {
          done();
          reportLate(error);
        });
        return { frame, faces: [], passedThrough: `the face detector took longer than ${wait} ms` };
      };

      // It fails no frame: that has gone on already.
      const reportLate = (error: unknown) => {
        try {
          failures.failed(error);
        } catch (last) {
          subscriber.error(last);
        }
      };

      const passOn = (error: unknown, frame: Frame): undefined => {
        failures.failed(error);
        subscriber.next({ frame, faces: [] });
      };

      return source.pipe(stage(detect, { overflow, capacity, counts, onFailure: passOn })).subscribe(subscriber);
    });
}

function viewOf({ source, width, height }: Frame): Followed['frame'] {
  return { source, width, height };
}

function isSameView(a: Followed['frame'], b: Frame): boolean {
  return a.source === b.source && a.width === b.width && a.height === b.height;
}
