/** Has a refiner improve the crops of each frame, and lets raw crops pass where it cannot. */
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
   * How many milliseconds a frame waits for its refinement. After that it passes through raw, and so do those behind it
   * until the late refinement is there: the picture does not freeze. Default 500; with `block`, as long as it takes.
   */
  readonly patience?: number;
  /**
   * Brake: whether refined pictures are checked, and raw ones shown in place of those that no longer show what their inputs show,
   * as those of a refiner that has diverged or collapsed do not. Default true.
   */
  readonly check?: boolean;
}

/** Refinements that may fail in a row: about three seconds of video. */
const MAX_FAILURES = 100;

/**
 * Refines the crops of each frame.
 *
 * Where the refiner is absent, fails, answers with something else than a picture for each crop, with a picture that no longer shows
 * what its crop shows (see `check`) or takes longer than `patience`, the frame goes on with its raw crops: `refinedCrops` is empty, and `passedThrough` says why in words. A frame
 * without crops goes on at once, in its turn. `version` is that of the weights used, or last used.
 *
 * - **overlap**: as in {@link stage}: by default the newest frame waits while the refiner is busy.
 * - **completion**: after the last waiting frame.
 * - **error**: of the source, at once. A frame whose refinement fails passes through raw, `passedThrough` says why, and `onFailure` is
 *   called. After `maxFailures` (default 100) failed frames in a row the stream errors.
 * - **unsubscribe**: drops what waits; a refinement under way is left to end and thrown away.
 * - **memory**: `capacity + concurrency` frames.
 *
 * @param refiner a refiner, or a function that gives the present one: `undefined` while there is none
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
  const present = typeof refiner === 'function' ? refiner : () => refiner;
  const staged = (work: (cropped: CroppedFrame) => Promise<RefinedFrame>) => stage(work, stageOptions);
  // Now, so that a wrong option throws here and not at the subscription.
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
        const current = present();
        if (current === undefined) return 'no refiner is loaded yet';
        const answer = current.refine(crops);
        if (wait === undefined) return answer;
        const inTime = await within(answer, wait);
        if (inTime !== undefined) return inTime;
        late++;
        const done = () => {
          late--;
        };
        answer.then(done, done);
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
            if (check) refuseOthers(crops, refinedCrops);
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
    throw new IrisflowError('MODEL', `it gave ${pictures.length} pictures for ${crops.length} crops`);
  }
  return crops.map((crop, i) => {
    const data = pictures[i] as Uint8Array;
    if (data.length !== crop.data.length) {
      throw new IrisflowError('MODEL', `it gave a picture of ${data.length} bytes for a crop of ${crop.data.length}`);
    }
    return { ...crop, data, version, refined: true };
  });
}

function refuseOthers(crops: readonly Crop[], refinedCrops: readonly Crop[]): void {
  const other = crops.find(({ data, width, height }, i) => !keepsPicture(data, refinedCrops[i]!.data, width, height));
  if (other) throw new IrisflowError('MODEL', 'its picture no longer shows what the crop shows');
}
