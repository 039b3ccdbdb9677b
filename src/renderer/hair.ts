/** Draws lashes and eyebrow as antialiased strokes into transmittance maps. */
import { randomAt } from '../random.js';
import type { FaceAxes } from './geometry.js';
import type { Lids } from './lids.js';
import type { EyeIdentity, EyeParameters } from './parameters.js';
import type { Relief } from './relief.js';
import { dome, smooth } from './shapes.js';

const BROW_HAIRS = 150;
const LASH_STEPS = 4;

/** The map from camera millimetres to pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly centreX: number;
  readonly centreY: number;
  readonly perMillimetre: number;
}

/** Transmittance maps of lashes and eyebrow; 1 where there is no hair. */
export class Hair {
  lashes = new Float32Array(0);
  brow = new Float32Array(0);
  #textures = -1;
  /** Five uniform random numbers for each hair, first of the brow, then of the lashes. */
  #randoms = new Float32Array((BROW_HAIRS + 200) * 5);

  draw(parameters: EyeParameters, lids: Lids, relief: Relief, axes: FaceAxes, raster: Raster): void {
    const size = raster.width * raster.height;
    if (this.lashes.length !== size) {
      this.lashes = new Float32Array(size);
      this.brow = new Float32Array(size);
    }
    this.lashes.fill(1);
    this.brow.fill(1);
    if (this.#textures !== parameters.identity.textures) {
      this.#textures = parameters.identity.textures;
      const random = randomAt(this.#textures, 'hairs');
      for (let i = 0; i < this.#randoms.length; i++) this.#randoms[i] = random.uniform();
    }
    this.#drawBrow(parameters.identity.eyebrow, relief, axes, raster);
    this.#drawLashes(parameters.identity, lids, axes, raster, true);
    this.#drawLashes(parameters.identity, lids, axes, raster, false);
  }

  #drawBrow(brow: EyeIdentity['eyebrow'], relief: Relief, axes: FaceAxes, raster: Raster): void {
    for (let i = 0; i < BROW_HAIRS; i++) {
      const s = (i + (this.#randoms[i * 5] as number)) / BROW_HAIRS;
      const across = 2 * (this.#randoms[i * 5 + 1] as number) - 1;
      const u = BROW_START - BROW_LENGTH * s;
      const v = browHeight(brow, s) + across * browThickness(brow, s) * 0.9;
      const length = (2.4 + 2.2 * (this.#randoms[i * 5 + 2] as number)) * (1.1 - 0.5 * s);
      // Hairs stand up near the nose and lie along the brow further out; upper ones point down a little.
      const angle =
        1.25 -
        1.15 * smooth(0, 0.45, s) -
        0.35 * s -
        0.35 * across +
        0.4 * ((this.#randoms[i * 5 + 3] as number) - 0.5);
      const endU = u - length * Math.cos(angle);
      const endV = v + length * Math.sin(angle);
      const w = relief.at(u, v);
      const endW = relief.at(endU, endV);
      stroke(
        this.brow,
        raster,
        px(axes, raster, u, v, w),
        py(axes, raster, u, v, w),
        px(axes, raster, endU, endV, endW),
        py(axes, raster, endU, endV, endW),
        0.17,
        0.06,
        0.25 + 0.5 * brow.density,
      );
    }
  }

  #drawLashes(identity: EyeIdentity, lids: Lids, axes: FaceAxes, raster: Raster, upper: boolean): void {
    const { lashes } = identity;
    const [outerU] = identity.lids.outerCorner;
    const [innerU] = identity.lids.innerCorner;
    const count = Math.min(upper ? lashes.count : Math.round(lashes.count * 0.7), 90);
    const margin = upper ? lids.upper : lids.lower;
    for (let i = 0; i < count; i++) {
      const first = (BROW_HAIRS + i + (upper ? 0 : 95)) * 5;
      const s = (i + 0.8 * (this.#randoms[first] as number)) / count;
      const u = outerU + 0.4 + (innerU - outerU - (upper ? 3.2 : 4.5)) * s;
      const v = margin.at(u) + (upper ? 0.1 : -0.5);
      const length =
        lashes.length *
        (upper ? 1 : 0.5) *
        (0.75 + 0.4 * (this.#randoms[first + 1] as number)) *
        (0.55 + 0.45 * Math.sin(Math.PI * Math.min(1, 1.15 - s)));
      const fan =
        (s < 0.5 ? 0.9 * (0.5 - s) ** 1.2 * -2 : 0.55 * (s - 0.5)) + 0.3 * ((this.#randoms[first + 2] as number) - 0.5);
      // Lashes rotate with the lid, which rotates about the eyeball's centre.
      const lid = Math.asin(Math.max(-1, Math.min(1, v / 13.5)));
      let angle = upper ? lid * 1.25 - 0.05 + 0.25 * ((this.#randoms[first + 3] as number) - 0.5) : lid - 0.35;
      const turn = ((upper ? 1 : -0.5) * lashes.curl) / LASH_STEPS;
      let atU = u;
      let atV = v;
      let atW = dome(169 - u * u - v * v);
      let x = px(axes, raster, atU, atV, atW);
      let y = py(axes, raster, atU, atV, atW);
      for (let step = 0; step < LASH_STEPS; step++) {
        const part = length / LASH_STEPS;
        atU += part * fan;
        atV += part * Math.sin(angle);
        atW += part * Math.cos(angle);
        angle += turn;
        const endX = px(axes, raster, atU, atV, atW);
        const endY = py(axes, raster, atU, atV, atW);
        const thick = (upper ? 0.15 : 0.09) * (1 - (0.75 * step) / LASH_STEPS);
        stroke(this.lashes, raster, x, y, endX, endY, thick, thick * 0.8, 0.9);
        x = endX;
        y = endY;
      }
    }
  }
}

/** The eyebrow's start, measured toward the nose, and its length. */
const BROW_START = 16;
const BROW_LENGTH = 40;

/** Height of the eyebrow's centre line at `s`, from 0 at the nose to 1 at the outer end. */
export function browHeight(brow: EyeIdentity['eyebrow'], s: number): number {
  const peak = 0.62;
  const arch = s < peak ? 1 - ((peak - s) / peak) ** 2 : 1 - ((s - peak) / (1 - peak)) ** 2 * 1.6;
  return brow.height + brow.arch * (arch - 0.6) + brow.tilt * (Math.min(s, 0.8) - 0.4);
}

/** Half the eyebrow's thickness at `s`. */
export function browThickness(brow: EyeIdentity['eyebrow'], s: number): number {
  return brow.thickness * (0.7 + 0.3 * smooth(0, 0.15, s)) * (1 - 0.8 * smooth(0.45, 1, s));
}

/** The position `s` along the eyebrow of a place on the face. */
export function browPlace(u: number): number {
  return (BROW_START - u) / BROW_LENGTH;
}

function px(axes: FaceAxes, raster: Raster, u: number, v: number, w: number): number {
  return raster.centreX + (u * axes.u[0] + v * axes.v[0] + w * axes.w[0]) * raster.perMillimetre;
}

function py(axes: FaceAxes, raster: Raster, u: number, v: number, w: number): number {
  return raster.centreY - (u * axes.u[1] + v * axes.v[1] + w * axes.w[1]) * raster.perMillimetre;
}

/** Draws a line; `from` and `to` are half widths in millimetres at its ends. Lines thinner than a pixel become fainter. */
function stroke(
  map: Float32Array,
  raster: Raster,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  from: number,
  to: number,
  opacity: number,
): void {
  const half = Math.max(from, to) * raster.perMillimetre + 0.5;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - half));
  const right = Math.min(raster.width - 1, Math.floor(Math.max(x0, x1) + half));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - half));
  const bottom = Math.min(raster.height - 1, Math.floor(Math.max(y0, y1) + half));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const square = dx * dx + dy * dy + 1e-9;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const ox = column + 0.5 - x0;
      const oy = row + 0.5 - y0;
      let t = (ox * dx + oy * dy) / square;
      // A stroke extends past its ends by half a pixel at most, so that joints of strokes are not darker.
      if (t < 0) t = 0;
      else if (t > 1) t = 1;
      const ex = ox - t * dx;
      const ey = oy - t * dy;
      const thick = (from + (to - from) * t) * raster.perMillimetre;
      const cover = thick + 0.5 - Math.sqrt(ex * ex + ey * ey);
      if (cover <= 0) continue;
      const share = thick < 0.5 ? (2 * thick) / ((thick + 0.5) * (thick + 0.5)) : 1;
      const index = row * raster.width + column;
      map[index] = (map[index] as number) * (1 - opacity * Math.min(1, cover * share));
    }
  }
}
