/** Refines the crops of each frame, and passes the raw crops through where that fails. */
import { defer, type OperatorFunction } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import { type FailureOptions, FailureWatch } from '../flow/failures.js';
import { patienceOption, within } from '../flow/patience.js';
import { type StageOptions, stage } from '../flow/stage.js';
import type { Crop, CroppedFrame, RefinedFrame } from '../frame.js';
import type { CropRefiner, Refinement } from '../models/types.js';
import { keepsPicture } from '../vision/keeps-picture.js';

/** Options of {@link refine}. */
export interface RefineOptions
  extends Pick<StageOptions<CroppedFrame, RefinedFrame>, 'overflow' | 'capacity' | 'concurrency' | 'counts'>,
    FailureOptions {
  /**
   * How many milliseconds a frame waits for its refinement. After that the frame passes through raw, and so do the following frames
   * until the late refinement has ended, so that the video does not freeze. Default 500; with `block` there is no limit.
   */
  readonly patience?: number;
  /**
   * Whether refined pictures are checked. A frame with a refined picture that no longer shows the content of its crop, as a refiner that
   * has diverged or collapsed produces, passes through raw. Default true.
   */
  readonly check?: boolean;
}

/** Number of refinements that may fail in a row: about three seconds of video. */
const MAX_FAILURES = 100;

/**
 * Refines the crops of each frame.
 *
 * A frame passes through with its raw crops where the refiner is absent, fails, does not return a picture for each crop, returns a picture
 * that no longer shows the content of its crop (see `check`), or takes longer than `patience`: `refinedCrops` is then empty, and
 * `passedThrough` gives the reason in words. A frame without crops is not refined; the order of the frames is kept. `version` is that of the
 * weights that were used, or last used.
 *
 * - **overlap**: as in {@link stage}: by default the newest frame waits while the refiner is busy.
 * - **completion**: after the last waiting frame.
 * - **error**: of the source, at once. A frame whose refinement fails passes through raw, `passedThrough` says why, and `onFailure` is
 *   called. After `maxFailures` (default 100) failed frames in a row the stream errors.
 * - **unsubscribe**: drops the waiting frames; a refinement under way continues to its end, and its result is discarded.
 * - **memory**: `capacity + concurrency` frames.
 *
 * @param refiner a refiner, or a function that returns the current one: `undefined` while there is none
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { refine, wholeFrames } from 'irisflow/operators';
 *
 * const brighter = {
 *   refine: async (crops: readonly { data: Uint8Array }[]) => ({
 *     pictures: crops.map(({ data }) => data.map((byte) => Math.min(255, byte + 20))),
 *     version: 1,
 *   }),
 * };
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * of(eye)
 *   .pipe(wholeFrames(), refine(brighter))
 *   .subscribe(({ refinedCrops, version }) => console.log(refinedCrops.length, version));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function refine(
  refiner: CropRefiner | (() => CropRefiner | undefined),
  options: RefineOptions = {},
): OperatorFunction<CroppedFrame, RefinedFrame> {
  const { patience, check = true, onFailure, maxFailures, ...stageOptions } = options;
  const wait = patienceOption(patience, options.overflow);
  const currentRefiner = typeof refiner === 'function' ? refiner : () => refiner;
  const staged = (work: (cropped: CroppedFrame) => Promise<RefinedFrame>) => stage(work, stageOptions);
  // A wrong option throws here and not at the subscription.
  staged(async (cropped) => ({ ...cropped, refinedCrops: [], version: 0 }));
  const watch = () => new FailureWatch('refinement', { onFailure, maxFailures }, MAX_FAILURES);
  watch();
  return (source) =>
    defer(() => {
      let version = 0;
      let late = 0;
      const failures = watch();

      const refinement = async (crops: readonly Crop[]): Promise<Refinement | string> => {
        if (late > 0) return 'the refiner is still busy with an earlier frame';
        const current = currentRefiner();
        if (current === undefined) return 'no refiner is loaded yet';
        const pending = current.refine(crops);
        if (wait === undefined) return pending;
        const result = await within(pending, wait);
        if (result !== undefined) return result;
        late++;
        const done = () => {
          late--;
        };
        pending.then(done, done);
        return `the refiner took longer than ${wait} ms`;
      };

      return source.pipe(
        staged(async (cropped) => {
          const { crops } = cropped;
          if (crops.length === 0) return { ...cropped, refinedCrops: [], version };
          try {
            const result = await refinement(crops);
            if (typeof result === 'string') return { ...cropped, refinedCrops: [], version, passedThrough: result };
            const refinedCrops = withPictures(crops, result);
            if (check) checkContent(crops, refinedCrops);
            version = result.version;
            failures.succeeded();
            return { ...cropped, refinedCrops, version };
          } catch (error) {
            failures.failed(error);
            return { ...cropped, refinedCrops: [], version, passedThrough: `the refiner failed: ${messageOf(error)}` };
          }
        }),
      );
    });
}

function withPictures(crops: readonly Crop[], { pictures, version }: Refinement): Crop[] {
  if (pictures.length !== crops.length) {
    throw new IrisflowError('MODEL', `it returned ${pictures.length} pictures for ${crops.length} crops`);
  }
  return crops.map((crop, i) => {
    const data = pictures[i] as Uint8Array;
    if (data.length !== crop.data.length) {
      throw new IrisflowError(
        'MODEL',
        `it returned a picture of ${data.length} bytes for a crop of ${crop.data.length} bytes`,
      );
    }
    return { ...crop, data, version, refined: true };
  });
}

/** Throws `MODEL` where a refined crop no longer shows the content of its raw crop. */
function checkContent(crops: readonly Crop[], refinedCrops: readonly Crop[]): void {
  const changed = crops.some(({ data, width, height }, i) => !keepsPicture(data, refinedCrops[i]!.data, width, height));
  if (changed) throw new IrisflowError('MODEL', 'its picture no longer shows what the crop shows');
}
