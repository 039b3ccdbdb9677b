/** Shades the skin and the eyebrow at every pixel. */
import { browHeight, browPlace, browThickness, type Hair } from './hair.js';
import type { Lids } from './lids.js';
import type { Lighting } from './lighting.js';
import { noise, noiseMap } from './noise.js';
import type { EyeIdentity, EyeParameters } from './parameters.js';
import type { ReliefMaps } from './relief.js';
import { bell, fade, smooth } from './shapes.js';

/** Colour of the skin around the eye relative to the face's. */
const CIRCLES_RED = 0.62;
const CIRCLES_GREEN = 0.46;
const CIRCLES_BLUE = 0.45;

/** A pixel's appearance as written by {@link look}: tone, line, flush, veil. */
const spot = new Float64Array(4);
// Noise over the picture. These and `spot` are arrays because V8 boxes numbers that are passed or kept in objects.
let pores = new Float32Array(0);
let mottles = new Float32Array(0);
let brows = new Float32Array(0);

/** Fills `into` with linear light, three numbers for each pixel, including the eyebrow's hairs. */
export function shadeSkin(
  into: Float32Array,
  parameters: EyeParameters,
  maps: ReliefMaps,
  lighting: Lighting,
  lids: Lids,
  hair: Hair,
): void {
  const { identity } = parameters;
  const { skin, eyebrow, lids: lid } = identity;
  const { incoming, gloss } = lighting;
  const [skinRed, skinGreen, skinBlue] = skin.colour;
  const [browRed, browGreen, browBlue] = eyebrow.colour;
  const [paintRed, paintGreen, paintBlue] = lid.shadow.colour;
  const shine = skin.shine * 0.09 * parameters.light.intensity;
  const width = maps.columns - 2;
  const height = maps.rows - 2;
  if (pores.length !== maps.u.length) {
    pores = new Float32Array(maps.u.length);
    mottles = new Float32Array(maps.u.length);
    brows = new Float32Array(maps.u.length);
  }
  const shiftU = (identity.textures & 127) + 0.3;
  const shiftV = ((identity.textures >>> 7) & 127) + 0.3;
  noiseMap(pores, maps.u, maps.v, 2.3, shiftU, shiftV);
  noiseMap(mottles, maps.u, maps.v, 0.45, shiftV, shiftU);
  coverBrow(eyebrow, maps);
  for (let row = 0, pixel = 0; row < height; row++) {
    let index = (row + 1) * maps.columns + 1;
    for (let column = 0; column < width; column++, pixel++, index++) {
      const u = maps.u[index] as number;
      const v = maps.v[index] as number;
      look(identity, lids, maps, index);
      const tone = spot[0] as number;
      const line = spot[1] as number;
      const flush = spot[2] as number;
      const veil = spot[3] as number;
      const around = skin.circles * smooth(19, 4, Math.sqrt(u * u * 0.75 + (v + 3) * (v + 3)));
      const pale = 1 - 0.42 * flush;
      let red = skinRed * (1 + (CIRCLES_RED - 1) * around) * (1 + 0.06 * flush);
      let green = skinGreen * (1 + (CIRCLES_GREEN - 1) * around) * pale;
      let blue = skinBlue * (1 + (CIRCLES_BLUE - 1) * around) * pale;
      red += (paintRed * 0.8 - red) * veil;
      green += (paintGreen * 0.8 - green) * veil;
      blue += (paintBlue * 0.8 - blue) * veil;
      const glow = shine * (gloss[pixel] as number) * (1 - 0.6 * line);
      const brow = 1 - (1 - (brows[index] as number)) * (hair.brow[pixel] as number);
      const inRed = incoming[pixel * 3] as number;
      const inGreen = incoming[pixel * 3 + 1] as number;
      const inBlue = incoming[pixel * 3 + 2] as number;
      // Lines in skin darken red less than green and blue.
      red = red * tone * (1 - 0.8 * line) * inRed + glow;
      green = green * tone * (1 - line) * inGreen + glow;
      blue = blue * tone * (1 - line) * inBlue + glow;
      into[pixel * 3] = red + (browRed * inRed * 0.8 - red) * brow;
      into[pixel * 3 + 1] = green + (browGreen * inGreen * 0.8 - green) * brow;
      into[pixel * 3 + 2] = blue + (browBlue * inBlue * 0.8 - blue) * brow;
    }
  }
}

/** Computes mottling, pores, freckles, lines, redness at the rims and make-up at one pixel. */
function look(identity: EyeIdentity, lids: Lids, maps: ReliefMaps, index: number): void {
  const { skin, lids: lid } = identity;
  const u = maps.u[index] as number;
  const v = maps.v[index] as number;
  const pore = pores[index] as number;
  const mottle = mottles[index] as number;
  let tone = 1 + skin.roughness * (0.07 * pore + 0.07 * mottle);
  if (skin.freckles > 0) tone *= 1 - 0.3 * skin.freckles * freckle(u, v, identity.textures & 127);
  let line = 0;
  let flush = 0.08 * mottle * skin.roughness;
  let veil = 0;
  if (v < lids.top + 14 && v > lids.bottom - 12) {
    const innerU = lid.innerCorner[0];
    const innerV = lid.innerCorner[1];
    const outerU = lid.outerCorner[0];
    if (skin.lines > 0) {
      const below = lids.lower.at(u) - v;
      const out = outerU - 1.5 - u;
      if (below > 1 && below < 10 && u < 12) line = skin.lines * bags(u, below);
      if (out > 0 && out < 12 && v > -12 && v < 12) line += skin.lines * crowsFeet(out, v);
    }
    if (u > outerU - 3.5 && u < innerU + 1.5) {
      const along = lids.along.at(u);
      const aboveLid = v - lids.upper.at(u);
      if (aboveLid > -1) {
        const from = v - lids.crease.at(u);
        line += lid.creaseDepth * along * 0.62 * bell(from * from * 1.6);
        // The fold casts a shade that fades toward the margin.
        if (from < 0) line += lid.creaseDepth * along * 0.2 * fade(from * -0.7);
        veil = lid.shadow.amount * along * smooth(6.5, 0, aboveLid + 0.35 * (from - aboveLid));
      }
      const belowLid = lids.lower.at(u) - v;
      if (belowLid > -2) flush += 0.4 * along * fade(belowLid * 0.8);
    }
    const cornerU = u - innerU - 0.5;
    const cornerV = v - innerV;
    flush += 0.35 * bell((cornerU * cornerU + cornerV * cornerV) * 0.14);
  }
  spot[0] = tone;
  spot[1] = Math.min(0.9, line);
  spot[2] = Math.min(0.6, flush);
  spot[3] = veil;
}

/** Density of freckles at a place, 0 to 1. */
function freckle(u: number, v: number, shift: number): number {
  const one = noise(u * 1.1 + 0.5 * v + shift, v * 1.1 - 0.5 * u);
  const other = noise(u * 0.5 - 0.3 * v + 40, v * 0.5 + 0.3 * u + shift);
  return smooth(0.5, 0.85, one * 0.8 + other * 0.35);
}

/** Fills `brows` with the opacity of the eyebrow's base, 0 to 1, with soft ends. */
function coverBrow(brow: EyeIdentity['eyebrow'], maps: ReliefMaps): void {
  const lowest = brow.height - 12;
  for (let i = 0; i < brows.length; i++) {
    brows[i] = 0;
    const v = maps.v[i] as number;
    const s = browPlace(maps.u[i] as number);
    if (v < lowest || s < -0.05 || s > 1) continue;
    const off = Math.abs(v - browHeight(brow, s) + 0.35 * (pores[i] as number)) / browThickness(brow, Math.max(0, s));
    if (off >= 1.25) continue;
    const soft = smooth(1.25, 0.35, off) * smooth(-0.05, 0.12, s) * smooth(1, 0.8, s);
    brows[i] = Math.min(0.97, soft * brow.density * (0.82 + 0.15 * (mottles[i] as number)));
  }
}

/** Lines under the eye, 0 to 1; `below`: distance below the lower lid's margin. */
function bags(u: number, below: number): number {
  const sag = 0.02 * (u + 1) * (u + 1);
  const first = (below - 3.4 + sag) * 2;
  const second = (below - 6.2 + sag * 1.3) * 1.7;
  return 0.3 * smooth(12, 4, u) * smooth(-19, -9, u) * (bell(first * first) + 0.7 * bell(second * second));
}

/** Lines that fan out from the outer corner, 0 to 1; `out`: distance past it. */
function crowsFeet(out: number, v: number): number {
  const angle = Math.atan2(v + 0.8, out + 2);
  const spoke = Math.cos(angle * 9 + 0.8) - 0.6;
  if (spoke <= 0) return 0;
  return spoke * spoke * 1.2 * smooth(0, 2, out) * smooth(12, 5, out) * smooth(0.9, 0.6, Math.abs(angle));
}
