/** Where a picture's brightness rises, and how steeply. */

/** Brightness gradients of a picture, pixel by pixel, pointing from dark to bright. */
export interface Gradients {
  readonly width: number;
  readonly height: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly length: Float32Array;
  /** Only longer ones count as edges: the mean and one standard deviation. */
  readonly edge: number;
  /** 0 the darkest place of the picture to 1 the brightest. */
  readonly brightness: Float32Array;
}

/** Standard deviations of the blurs, as parts of the width: before gradients are taken, and before brightness is judged. */
const fineBlur = 0.7 / 64;
const coarseBlur = 1.5 / 64;

/** @param picture RGB bytes, `width · height · 3` */
export function gradientsOf(picture: Uint8Array, width: number, height: number): Gradients {
  const count = width * height;
  const grey = new Float32Array(count);
  for (let i = 0, p = 0; i < count; i++, p += 3) {
    grey[i] = 0.299 * (picture[p] as number) + 0.587 * (picture[p + 1] as number) + 0.114 * (picture[p + 2] as number);
  }
  const smooth = blurred(grey, width, height, fineBlur * width);
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const length = new Float32Array(count);
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const dx = ((smooth[i + 1] as number) - (smooth[i - 1] as number)) / 2;
      const dy = ((smooth[i + width] as number) - (smooth[i - width] as number)) / 2;
      const long = Math.hypot(dx, dy);
      x[i] = dx;
      y[i] = dy;
      length[i] = long;
      sum += long;
      squares += long * long;
    }
  }
  const mean = sum / count;
  const edge = mean + Math.sqrt(Math.max(0, squares / count - mean * mean));
  const brightness = blurred(grey, width, height, coarseBlur * width);
  const darkest = brightness.reduce((least, value) => Math.min(least, value), 255);
  const range = brightness.reduce((most, value) => Math.max(most, value), 0) - darkest;
  for (let i = 0; i < count; i++) brightness[i] = range > 0 ? ((brightness[i] as number) - darkest) / range : 0;
  return { width, height, x, y, length, edge, brightness };
}

/** Gaussian blur; the border's pixels repeat beyond it. */
function blurred(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
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
