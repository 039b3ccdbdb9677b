/** The luminance of pictures, and where light and dark lie in them: what must not change when only their look does. */

/** What red, green and blue weigh in a pixel's luminance (luma, ITU-R BT.601); they sum to 1. */
export const LUMINANCE_WEIGHTS = [0.299, 0.587, 0.114] as const;
const [RED, GREEN, BLUE] = LUMINANCE_WEIGHTS;

/**
 * Writes the luminance of each pixel, 0 to 255, to `target`.
 *
 * @param picture RGB bytes, 3 a pixel of `target`
 */
export function luminanceOf<T extends Float32Array | Float64Array>(picture: Uint8Array, target: T): T {
  for (let i = 0, at = 0; i < target.length; i++, at += 3) {
    target[i] = RED * picture[at]! + GREEN * picture[at + 1]! + BLUE * picture[at + 2]!;
  }
  return target;
}

/** Pixels a side of the squares whose brightness is compared. */
const SQUARE = 4;

/**
 * Brightness averaged over squares of 4 pixels, row by row: the mean of all channels, on the scale of the picture. Columns and rows
 * that fill no square are left out.
 *
 * @param picture RGB values, `width · height · 3`
 */
export function squares(picture: ArrayLike<number>, width: number, height: number): Float32Array {
  const columns = Math.floor(width / SQUARE);
  const rows = Math.floor(height / SQUARE);
  const means = new Float32Array(columns * rows);
  for (let y = 0; y < rows * SQUARE; y++) {
    const row = Math.floor(y / SQUARE) * columns;
    for (let x = 0, i = y * width * 3; x < columns * SQUARE; x++, i += 3) {
      const at = row + Math.floor(x / SQUARE);
      means[at]! += (picture[i]! + picture[i + 1]! + picture[i + 2]!) / (3 * SQUARE * SQUARE);
    }
  }
  return means;
}

/** Standard deviation. */
export function deviation(values: Float32Array): number {
  return Math.sqrt(covariance(values, values));
}

/** Pearson's correlation; 0 where one of the two does not vary. */
export function correlation(a: Float32Array, b: Float32Array): number {
  const scale = deviation(a) * deviation(b);
  return scale > 1e-9 ? covariance(a, b) / scale : 0;
}

function covariance(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * ((b[i] as number) - meanB), 0) / a.length;
}
