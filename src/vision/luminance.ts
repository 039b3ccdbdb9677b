/** Where light and dark lie in a picture: what must not change when only its look does. */

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
