/** Computes the anchors that BlazeFace's outputs are relative to. */

/** Cell sizes in input pixels and numbers of anchors at each cell's centre. */
const layers = [
  { stride: 16, anchors: 2 },
  { stride: 32, anchors: 6 },
] as const;

/**
 * The anchor centres of a square input of `size` pixels: `size² / 128 + 6 · size² / 1024` pairs x, y in input pixels (896 for
 * 256), cell by cell, row by row, fine layer first.
 */
export function createAnchors(size: number): Float32Array {
  const points: number[] = [];
  for (const { stride, anchors } of layers) {
    const cells = Math.ceil(size / stride);
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        for (let n = 0; n < anchors; n++) points.push((x + 0.5) * stride, (y + 0.5) * stride);
      }
    }
  }
  return Float32Array.from(points);
}
