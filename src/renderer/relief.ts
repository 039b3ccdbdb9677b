/** The face around the eye as a height field, and its depth maps for every pixel. */
import { EYEBALL_RADIUS, type FaceAxes } from './geometry.js';
import type { Lids } from './lids.js';
import type { EyeIdentity } from './parameters.js';
import { bell, dome, smooth } from './shapes.js';

/** Radius of the lids' outer surface over the eyeball. */
const LID_RADIUS = EYEBALL_RADIUS + 1.5;

/** The height of the skin over the plane through the eyeball's centre. */
export class Relief {
  #brow = 0;
  #nose = 0;
  #cheek = 0;
  #socket = 0;
  #hood = 0;
  #lids: Lids | undefined;
  #corneaU = 0;
  #corneaV = 0;
  #browTilt = 0;
  #browFoot = 0;
  /** u, v and the height there. They are passed in an array because V8 would box them as numbers. */
  readonly place = new Float64Array(3);

  shape(identity: EyeIdentity, lids: Lids, gaze: readonly [u: number, v: number]): void {
    this.#brow = identity.face.brow;
    this.#nose = identity.face.nose;
    this.#cheek = identity.face.cheek;
    this.#socket = identity.face.socket;
    this.#hood = 2.2 * identity.lids.hood;
    this.#lids = lids;
    this.#corneaU = gaze[0] * EYEBALL_RADIUS;
    this.#corneaV = gaze[1] * EYEBALL_RADIUS;
    this.#browTilt = (identity.eyebrow.tilt / 34) * 0.6;
    this.#browFoot = Math.max(4.5, identity.eyebrow.height - 10.5);
  }

  at(u: number, v: number): number {
    this.place[0] = u;
    this.place[1] = v;
    this.solve();
    return this.place[2] as number;
  }

  /** Writes the height at (`place[0]`, `place[1]`) to `place[2]`. */
  solve(): void {
    const { place } = this;
    const u = place[0] as number;
    const v = place[1] as number;
    const lids = this.#lids;
    if (lids === undefined) return;
    const browV = v + this.#browTilt * u;
    let height = this.#socket;
    // The brow's ridge fades toward the temple.
    if (browV > this.#browFoot) {
      height += this.#brow * smooth(this.#browFoot, this.#browFoot + 14, browV) * (0.65 + 0.35 * smooth(-26, -8, u));
    } else if (v < -7) height += this.#cheek * smooth(-7, -26, v);
    if (v > 21) height -= 0.02 * (v - 21) * (v - 21);
    // The side of the nose joins the brow above and widens below.
    const wall = u - 14.5 + (v > 0 ? 0.012 * v * v : -0.16 * v);
    if (wall > 0) height += this.#nose * smooth(0, 20, wall);
    if (u < -7) height -= 0.018 * (u + 7) * (u + 7);
    // The tear trough runs from the inner corner outward and down.
    if (v < 0) {
      const trough = (v + 6.5 + (13 - u) * 0.36) * 0.34;
      if (trough < 2 && trough > -2) height -= 0.9 * bell(trough * trough) * smooth(-14, 6, u) * smooth(22, 12, u);
    } else if (this.#hood > 0) {
      // The fold that overhangs the crease.
      const over = v - lids.crease.at(u);
      if (over > -1 && over < 9) height += this.#hood * smooth(-1, 1.6, over) * smooth(9, 2, over) * lids.along.at(u);
    }
    const du = u - this.#corneaU;
    const dv = v - this.#corneaV;
    const below = v < 0 ? 1.18 * v : v;
    const lid = dome(LID_RADIUS * LID_RADIUS - u * u - below * below) + 0.9 * bell((du * du + dv * dv) * 0.06);
    // This is a smooth maximum of both surfaces.
    const gap = lid - height;
    place[2] = 0.5 * (lid + height + Math.sqrt(gap * gap + 12));
  }
}

/** Per-pixel maps of one picture; every array has a border of one pixel around it. */
export class ReliefMaps {
  columns = 0;
  rows = 0;
  /** Depth toward the camera. */
  depth = new Float32Array(0);
  /** The place on the face that the pixel shows. */
  u = new Float32Array(0);
  v = new Float32Array(0);
  /** Depth averaged over the neighbourhood; a pixel behind it lies in a hollow. */
  mean = new Float32Array(0);
  #rowMeans = new Float32Array(0);

  resize(width: number, height: number): void {
    if (this.columns === width + 2 && this.rows === height + 2) return;
    this.columns = width + 2;
    this.rows = height + 2;
    const size = this.columns * this.rows;
    this.depth = new Float32Array(size);
    this.u = new Float32Array(size);
    this.v = new Float32Array(size);
    this.mean = new Float32Array(size);
    this.#rowMeans = new Float32Array(size);
  }

  /** `left`, `top`: the first pixel's centre relative to the eyeball's centre, y up; `step`: millimetres per pixel. */
  trace(relief: Relief, axes: FaceAxes, left: number, top: number, step: number): void {
    const { columns, rows, depth, u: mapU, v: mapV } = this;
    const { place } = relief;
    const determinant = axes.u[0] * axes.v[1] - axes.v[0] * axes.u[1];
    const a = axes.v[1] / determinant;
    const b = -axes.v[0] / determinant;
    const c = -axes.u[1] / determinant;
    const d = axes.u[0] / determinant;
    const [wx, wy, wz] = axes.w;
    const uz = axes.u[2];
    const vz = axes.v[2];
    for (let row = 0, index = 0; row < rows; row++) {
      const y = top - (row - 1) * step;
      // The surface is smooth and the face rotated little, so the height is extrapolated from the two pixels before; only the
      // first pixel of a row is found by iteration.
      let w = 9;
      for (let i = 0; i < 3; i++) {
        const restX = left - step - w * wx;
        const restY = y - w * wy;
        w = relief.at(a * restX + b * restY, c * restX + d * restY);
      }
      let before = w;
      for (let column = 0; column < columns; column++, index++) {
        const guess = w + 0.5 * (w - before);
        const restX = left + (column - 1) * step - guess * wx;
        const restY = y - guess * wy;
        const u = a * restX + b * restY;
        const v = c * restX + d * restY;
        before = w;
        place[0] = u;
        place[1] = v;
        relief.solve();
        w = place[2] as number;
        mapU[index] = u;
        mapV[index] = v;
        depth[index] = u * uz + v * vz + w * wz;
      }
    }
  }

  /** Fills `mean` with a box filter of the depth, `radius` pixels to each side. */
  average(radius: number): void {
    boxRows(this.depth, this.#rowMeans, this.columns, this.rows, radius);
    boxColumns(this.#rowMeans, this.mean, this.columns, this.rows, radius);
  }
}

function boxRows(from: Float32Array, to: Float32Array, columns: number, rows: number, radius: number): void {
  const span = 2 * radius + 1;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += from[start + clampTo(i, columns)] as number;
    for (let column = 0; column < columns; column++) {
      to[start + column] = sum / span;
      sum +=
        (from[start + clampTo(column + radius + 1, columns)] as number) -
        (from[start + clampTo(column - radius, columns)] as number);
    }
  }
}

function boxColumns(from: Float32Array, to: Float32Array, columns: number, rows: number, radius: number): void {
  const span = 2 * radius + 1;
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += from[clampTo(i, rows) * columns + column] as number;
    for (let row = 0; row < rows; row++) {
      to[row * columns + column] = sum / span;
      sum +=
        (from[clampTo(row + radius + 1, rows) * columns + column] as number) -
        (from[clampTo(row - radius, rows) * columns + column] as number);
    }
  }
}

function clampTo(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}
