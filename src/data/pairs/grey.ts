/** A picture without its colours. */
import type { Picture } from '../../geometry/warp.js';
import { LUMINANCE_WEIGHTS } from '../../vision/luminance.js';

const [RED, GREEN, BLUE] = LUMINANCE_WEIGHTS.map((weight) => Math.round(256 * weight)) as [number, number, number];

/** Adds red, green and blue to luma in 8-bit integers (ITU-R BT.601): 0 to 255. */
export function lumaOf(data: Uint8Array, at: number): number {
  return (RED * data[at]! + GREEN * data[at + 1]! + BLUE * data[at + 2]! + 128) >> 8;
}

/** The luma of each pixel in all three channels, as RGB bytes. */
export function grey({ data }: Picture): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const luma = lumaOf(data, at);
    out[at] = luma;
    out[at + 1] = luma;
    out[at + 2] = luma;
  }
  return out;
}
