/** Builds the matrix that resizes one axis, with exactly the weights of tf.js's resize kernels. */

export interface Interpolation {
  readonly method: 'bilinear' | 'nearest';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Row-major `[to, from]`: row i holds the weights of the source pixels for output pixel i. */
export function interpolationMatrix(from: number, to: number, mode: Interpolation): Float32Array {
  const { alignCorners, halfPixelCenters, method } = mode;
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    if (method === 'nearest') {
      const position = ratio * (halfPixelCenters ? i + 0.5 : i);
      const nearest = alignCorners ? Math.round(position) : Math.floor(position);
      matrix[i * from + Math.min(from - 1, nearest)] = 1;
      continue;
    }
    const position = halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i;
    const lower = Math.max(0, Math.floor(position));
    const upper = Math.min(from - 1, Math.ceil(position));
    matrix[i * from + lower] += 1 - (position - lower);
    matrix[i * from + upper] += position - lower;
  }
  return matrix;
}
