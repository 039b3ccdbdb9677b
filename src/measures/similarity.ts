/** How much of each picture refinement kept: structural similarity and mean change. */
import { luminanceOf } from '../vision/luminance.js';
import { meanDifference } from '../vision/mean-difference.js';
import { type Interval, meanInterval, meanOf } from './interval.js';
import { checkPictures, type Pictures, pictureAt } from './pictures.js';

/** The window of Wang et al. is a Gaussian of 11×11 with deviation 1.5. */
const RADIUS = 5;
const DEVIATION = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

const WEIGHTS = (() => {
  const raw = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * DEVIATION ** 2)));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
})();

/** A mean over pairs of pictures with its 95 % confidence interval. */
export interface PairedMean {
  /** Mean over the pairs. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
}

/**
 * Mean structural similarity of two pictures' luminances, −1 to 1 (1: equal), over all places where the 11×11 window fits (Wang,
 * Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity", 2004). RGB bytes,
 * at least 11×11 pixels.
 */
export function structuralSimilarity(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  const x = luminanceOf(a, new Float64Array(width * height));
  const y = luminanceOf(b, new Float64Array(width * height));
  const smooth = (value: (i: number) => number) => blurred(value, width, height);
  const [mx, my] = [smooth((i) => x[i] as number), smooth((i) => y[i] as number)];
  const xx = smooth((i) => (x[i] as number) ** 2);
  const yy = smooth((i) => (y[i] as number) ** 2);
  const xy = smooth((i) => (x[i] as number) * (y[i] as number));
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const [meanX, meanY] = [mx[i] as number, my[i] as number];
    const [varianceX, varianceY] = [(xx[i] as number) - meanX ** 2, (yy[i] as number) - meanY ** 2];
    const covariance = (xy[i] as number) - meanX * meanY;
    sum +=
      ((2 * meanX * meanY + C1) * (2 * covariance + C2)) /
      ((meanX ** 2 + meanY ** 2 + C1) * (varianceX + varianceY + C2));
  }
  return sum / mx.length;
}

/** The Gaussian mean at every place where the window fits. */
function blurred(value: (i: number) => number, width: number, height: number): Float64Array {
  const across = width - 2 * RADIUS;
  const rows = new Float64Array(across * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < WEIGHTS.length; k++) sum += (WEIGHTS[k] as number) * value(y * width + x + k);
      rows[y * across + x] = sum;
    }
  }
  const down = height - 2 * RADIUS;
  const result = new Float64Array(across * down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < WEIGHTS.length; k++) sum += (WEIGHTS[k] as number) * (rows[(y + k) * across + x] as number);
      result[y * across + x] = sum;
    }
  }
  return result;
}

/** Mean {@link structuralSimilarity} between each picture and its refined one. Throws `USAGE` where sizes differ. */
export function similarityKept(synthetic: Pictures, refined: Pictures): PairedMean {
  const { width, height } = synthetic;
  return paired(synthetic, refined, (a, b) => structuralSimilarity(a, b, width, height));
}

/** Mean |R(x) − x| on pictures in [−1, 1]: 0 where nothing changed, 2 from black to white. Throws `USAGE` where sizes differ. */
export function meanChange(synthetic: Pictures, refined: Pictures): PairedMean {
  return paired(synthetic, refined, (a, b) => meanDifference(a, b) / 127.5);
}

function paired(a: Pictures, b: Pictures, measure: (a: Uint8Array, b: Uint8Array) => number): PairedMean {
  checkPictures(a, b);
  const values = Float64Array.from({ length: Math.min(a.count, b.count) }, (_, i) =>
    measure(pictureAt(a, i), pictureAt(b, i)),
  );
  return { mean: meanOf(values), interval: meanInterval(values) };
}
