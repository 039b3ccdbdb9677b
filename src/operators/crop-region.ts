/** Crops regions that the caller chooses, such as a mouth or hands, out of each frame. */
import { map, type OperatorFunction } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { Crop, CropKind, CroppedFrame, DetectedFrame, Frame, Point } from '../frame.js';
import { fromMatrix } from '../geometry/affine.js';
import { cutCrop } from '../geometry/cut.js';
import { isWithin } from '../geometry/labels.js';

/** A rectangle in a frame, in the frame's pixels. */
export interface Region {
  /** Its centre. */
  readonly centre: Point;
  /** Its width, above 0. */
  readonly width: number;
  /** Its height, above 0. Default: the width times the crop's height over the crop's width, so that nothing is stretched. */
  readonly height?: number;
  /** Its rotation in radians, from x toward y: clockwise on a screen. Default 0. */
  readonly roll?: number;
  /**
   * What it shows, such as `mouth`. Default `region`. Where several regions of a frame have the same kind, the crop of the second has the
   * kind `region-2`, that of the third `region-3`.
   */
  readonly kind?: CropKind;
}

/** Options of {@link cropRegion}. */
export interface CropRegionOptions {
  /** Width of a crop in pixels. Default 64. */
  readonly width?: number;
  /** Height of a crop in pixels. Default: as the width. */
  readonly height?: number;
}

/**
 * Crops the regions that `regionsOf` finds in each frame, all to the same size, in their order. A region whose centre lies outside the
 * frame is left out. Pupils and gaze in the frame's labels are converted to the crops' coordinates. Nothing is smoothed over time.
 *
 * - **overlap**: none; each value is processed synchronously: about 0.1 ms for a crop of 64 × 64.
 * - **completion**: of the source.
 * - **error**: of the source; an error that `regionsOf` throws; `USAGE` for a region with a number that is not finite, or a size of 0 or less.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: the crops. A frame without regions is passed on with no crops.
 *
 * @param regionsOf takes a value of the source (after `detectFaces` a frame with its faces) and returns its regions: one, several, or none
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { cropRegion } from 'irisflow/operators';
 *
 * const frame = { data: new Uint8Array(640 * 480 * 3), width: 640, height: 480, time: 0, sequence: 0, source: 'black' };
 * const face = {
 *   box: { x: 220, y: 140, width: 200, height: 200 },
 *   score: 0.9,
 *   rightEye: [280, 220], leftEye: [360, 220], nose: [320, 260], mouth: [320, 300],
 * } as const;
 *
 * // The mouth of each face, rotated with the face, with a height of two thirds of its width.
 * of({ frame, faces: [face] })
 *   .pipe(
 *     cropRegion(
 *       ({ faces }) =>
 *         faces.map(({ box, mouth, leftEye, rightEye }) => ({
 *           kind: 'mouth',
 *           centre: mouth,
 *           width: 0.5 * box.width,
 *           roll: Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]),
 *         })),
 *       { width: 96, height: 64 },
 *     ),
 *   )
 *   .subscribe(({ crops }) => console.log(crops.map(({ kind, toFrame }) => [kind, toFrame])));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function cropRegion<T extends Frame | DetectedFrame>(
  regionsOf: (frame: T) => Region | readonly Region[] | undefined,
  options: CropRegionOptions = {},
): OperatorFunction<T, CroppedFrame> {
  const width = integerOption('width', options.width ?? 64, 1, 4096);
  const height = integerOption('height', options.height ?? width, 1, 4096);
  return map((value) => {
    const frame: Frame = 'frame' in value ? value.frame : value;
    const regions = [regionsOf(value) ?? []].flat();
    return { frame, crops: cutRegions(frame, regions, width, height) };
  });
}

function cutRegions(frame: Frame, regions: readonly Region[], width: number, height: number): Crop[] {
  const counts = new Map<CropKind, number>();
  const crops: Crop[] = [];
  for (const region of regions) {
    checkRegion(region);
    const { centre, kind = 'region', roll = 0 } = region;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    if (!isWithin(centre, frame.width, frame.height)) continue;
    const across = region.width / width;
    const down = region.height === undefined ? across : region.height / height;
    const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
    const middle: Point = [width / 2, height / 2];
    const toFrame = fromMatrix(across * cos, -down * sin, across * sin, down * cos, middle, centre);
    crops.push(cutCrop(frame, number === 1 ? kind : `${kind}-${number}`, toFrame, width, height));
  }
  return crops;
}

function checkRegion({ centre, width, height = 1, roll = 0 }: Region): void {
  const valid =
    [...centre, roll].every(Number.isFinite) && [width, height].every((side) => side > 0 && side < Infinity);
  if (valid) return;
  const values = `centre (${centre.join(', ')}), width ${width}, height ${height}, roll ${roll}`;
  throw new IrisflowError(
    'USAGE',
    `a region is not a valid rectangle: ${values}. All numbers must be finite, and width and height must be above 0`,
  );
}
