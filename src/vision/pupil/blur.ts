/** The blur of a picture's luminance. */

/** Standard deviation of a blur that removes pixel noise and keeps edges, as a fraction of the width. */
export const FINE_BLUR = 0.7 / 64;

/** Gaussian blur by `sigma` pixels; the border's pixels repeat beyond it. */
export function blurred(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Float32Array, lines: number, lineStep: number, extent: number, step: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < extent; at++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const inside = Math.min(extent - 1, Math.max(0, at + k));
          sum += (kernel[k + reach] as number) * (from[line * lineStep + inside * step] as number);
        }
        to[line * lineStep + at * step] = sum / total;
      }
    }
    return to;
  };
  return pass(pass(source, height, width, width, 1), width, 1, height, width);
}
