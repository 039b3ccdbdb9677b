/** Draws the eyeball and the lid margins over the skin, with several samples for each pixel where pixels are coarse. */
import type { Eyeball } from './eyeball.js';
import { EYEBALL_RADIUS, type FaceAxes } from './geometry.js';
import type { Raster } from './hair.js';
import type { Lids } from './lids.js';
import type { EyeParameters } from './parameters.js';
import { dome } from './shapes.js';

const BALL = EYEBALL_RADIUS * EYEBALL_RADIUS;
/** Width of the lower lid's wet rim, which faces up and is visible. */
const RIM = 1.05;
/** Width of the dark line of lash roots on the upper lid, without eyeliner. */
const ROOTS = 0.5;

/** Draws into `skin`, which holds the picture's linear light, three numbers for each pixel. */
export function openEye(
  skin: Float32Array,
  parameters: EyeParameters,
  lids: Lids,
  eyeball: Eyeball,
  axes: FaceAxes,
  raster: Raster,
): void {
  const { width, height, perMillimetre, centreX, centreY } = raster;
  const { identity, light } = parameters;
  const [innerU] = identity.lids.innerCorner;
  const [outerU] = identity.lids.outerCorner;
  const { liner } = identity.lids;
  const samples = perMillimetre < 4 ? 2 : 1;
  const step = 1 / (samples * perMillimetre);
  const share = 1 / (samples * samples);
  eyeball.shape(parameters, 0.5 * step + 0.04);
  const glow = 0.55 * light.intensity + 0.7 * light.ambient;
  const rimRed = (0.27 + 0.65 * identity.skin.colour[0]) * glow;
  const rimGreen = (0.15 + 0.55 * identity.skin.colour[1]) * glow;
  const rimBlue = (0.14 + 0.55 * identity.skin.colour[2]) * glow;
  const roots = Math.min(1, 0.78 + 0.4 * liner);
  const { place, light: out } = eyeball;
  const [ux, uy, uz] = axes.u;
  const [vx, vy, vz] = axes.v;
  // The bounding box of the opening has a margin for the lid margins and for a rotated face.
  const margin = 3.5;
  const reach = Math.max(innerU, -outerU) + margin;
  const firstRow = Math.max(0, Math.floor(centreY - (lids.top + margin) * perMillimetre));
  const lastRow = Math.min(height - 1, Math.ceil(centreY - (lids.bottom - margin) * perMillimetre));
  const firstColumn = Math.max(0, Math.floor(centreX - reach * perMillimetre));
  const lastColumn = Math.min(width - 1, Math.ceil(centreX + reach * perMillimetre));
  const slack = 1.2 / perMillimetre + 0.1;
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const midX = (column + 0.5 - centreX) / perMillimetre;
      const midY = (centreY - row - 0.5) / perMillimetre;
      const midZ = dome(BALL - midX * midX - midY * midY);
      const midU = midX * ux + midY * uy + midZ * uz;
      if (midU < outerU - 0.5 || midU > innerU + 0.5) continue;
      const midV = midX * vx + midY * vy + midZ * vz;
      // A height over a margin times the cosine of the margin's slope is the distance from it.
      const upperSlope = lids.upperSlope.at(midU);
      const lowerSlope = lids.lowerSlope.at(midU);
      const upperCosine = 1 / Math.sqrt(1 + upperSlope * upperSlope);
      const lowerCosine = 1 / Math.sqrt(1 + lowerSlope * lowerSlope);
      const midBelow = (lids.upper.at(midU) - midV) * upperCosine;
      const midAbove = (midV - lids.lower.at(midU)) * lowerCosine;
      const thin = taper(Math.min(midU - outerU, innerU - midU));
      const rimWidth = RIM * thin;
      const rootsWidth = (ROOTS + liner) * thin;
      if (midBelow < -rootsWidth - slack || midAbove < -rimWidth - slack) continue;
      const at = (row * width + column) * 3;
      const skinRed = skin[at] as number;
      const skinGreen = skin[at + 1] as number;
      const skinBlue = skin[at + 2] as number;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let i = 0; i < samples * samples; i++) {
        const x = midX + ((i % samples) - (samples - 1) / 2) * step;
        const y = midY + (((i / samples) | 0) - (samples - 1) / 2) * step;
        const z = dome(BALL - x * x - y * y);
        const u = x * ux + y * uy + z * uz;
        const v = x * vx + y * vy + z * vz;
        const below = midBelow + (upperSlope * (u - midU) - (v - midV)) * upperCosine;
        const above = midAbove + (v - midV - lowerSlope * (u - midU)) * lowerCosine;
        const inside = ramp(Math.min(below, above), step);
        let sampleRed = skinRed;
        let sampleGreen = skinGreen;
        let sampleBlue = skinBlue;
        if (inside < 1) {
          if (below > above) {
            const rim = 0.55 * ramp(above + rimWidth, 0.5);
            sampleRed += (rimRed - sampleRed) * rim;
            sampleGreen += (rimGreen - sampleGreen) * rim;
            sampleBlue += (rimBlue - sampleBlue) * rim;
          } else {
            const keep = 1 - roots * ramp(below + rootsWidth, 0.35);
            sampleRed *= keep;
            sampleGreen *= keep;
            sampleBlue *= keep;
          }
        }
        if (inside > 0) {
          place[0] = x;
          place[1] = y;
          place[2] = z;
          place[3] = u;
          place[4] = v;
          place[5] = below;
          place[6] = above;
          eyeball.sample();
          sampleRed += ((out[0] as number) - sampleRed) * inside;
          sampleGreen += ((out[1] as number) - sampleGreen) * inside;
          sampleBlue += ((out[2] as number) - sampleBlue) * inside;
        }
        red += sampleRed;
        green += sampleGreen;
        blue += sampleBlue;
      }
      skin[at] = red * share;
      skin[at + 1] = green * share;
      skin[at + 2] = blue * share;
    }
  }
}

/** 0 below −width / 2, 1 above width / 2, linear between. */
function ramp(value: number, width: number): number {
  return Math.min(1, Math.max(0, value / width + 0.5));
}

/** Relative thickness of the margins, which become thinner toward the corners. */
function taper(fromCorner: number): number {
  return Math.min(1, 0.15 + 0.17 * Math.max(0, fromCorner));
}
