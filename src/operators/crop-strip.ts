/** Shows the crops of a frame side by side, as one picture. */
import { filter, map, type OperatorFunction, pipe } from 'rxjs';
import type { Crop, CroppedFrame, Frame, RefinedFrame } from '../frame.js';

/**
 * Puts the crops of each frame side by side into one picture, in their order from left to right: the person's right eye, then the left.
 * It shows the refined crops of a frame that has them, and the raw crops of any other frame; `refined` says which. Crops of different
 * heights are aligned at the top, on black.
 *
 * - **overlap**: none; each value is processed synchronously.
 * - **completion, error**: passed on from the source. A frame without crops is dropped.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: one picture; a single crop is not copied.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { cropStrip, wholeFrames } from 'irisflow/operators';
 *
 * const eye = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, time: 0, sequence: 0, source: 'eyes' };
 * of(eye).pipe(wholeFrames(), cropStrip()).subscribe(({ width, height }) => console.log(width, height));
 * ```
 */
export function cropStrip(): OperatorFunction<CroppedFrame | RefinedFrame, Frame> {
  return pipe(
    filter(({ crops }) => crops.length > 0),
    map((cropped) => {
      const refinement = 'refinedCrops' in cropped ? cropped : undefined;
      const refined = refinement !== undefined && refinement.refinedCrops.length > 0;
      const { time, sequence, source, flow } = cropped.frame;
      return {
        ...sideBySide(refined ? refinement.refinedCrops : cropped.crops),
        time,
        sequence,
        source,
        refined,
        ...(refinement && { version: refinement.version }),
        ...(flow && { flow }),
      };
    }),
  );
}

function sideBySide(crops: readonly Crop[]): Pick<Frame, 'data' | 'width' | 'height'> {
  const [only] = crops;
  if (crops.length === 1 && only) return { data: only.data, width: only.width, height: only.height };
  const width = crops.reduce((sum, crop) => sum + crop.width, 0);
  const height = Math.max(...crops.map((crop) => crop.height));
  const data = new Uint8Array(width * height * 3);
  let left = 0;
  for (const crop of crops) {
    const row = crop.width * 3;
    for (let y = 0; y < crop.height; y++) {
      data.set(crop.data.subarray(y * row, (y + 1) * row), (y * width + left) * 3);
    }
    left += crop.width;
  }
  return { data, width, height };
}
