/** Shades the visible eyeball: sclera, iris and pupil under a refracting cornea, reflections, and the tissue in the inner corner. */
import { AQUEOUS_INDEX, CORNEA_RADIUS, directionOf, type EyeballShape, eyeballShape } from './geometry.js';
import { NOISE_PERIOD, noise } from './noise.js';
import type { EyeLight, EyeParameters } from './parameters.js';
import { bell, fade, smooth } from './shapes.js';

const ETA = 1 / AQUEOUS_INDEX;
/** Reflectance of the tear film at normal incidence. */
const FRESNEL = 0.025;
const FIBRES = 256;

/** Shades points of the eyeball. {@link Eyeball.shape} sets it up for each picture; sampling allocates no memory. */
export class Eyeball {
  /** Linear light of the last sample. */
  readonly light = new Float64Array(3);
  /**
   * The point to sample: x, y, z on the eyeball in camera axes, u, v in face axes, and the distances below the upper lid's and
   * above the lower lid's margin. Arguments are passed in arrays because V8 would box them as numbers.
   */
  readonly place = new Float64Array(7);
  readonly #onIris = new Float64Array(4);
  readonly #mirror = new Float64Array(5);
  #parameters: EyeParameters | undefined;
  #shape: EyeballShape = eyeballShape(5.8);
  #gaze: readonly [number, number, number] = [0, 0, 1];
  #across: readonly [number, number, number] = [1, 0, 0];
  #along: readonly [number, number, number] = [0, 1, 0];
  #lamp: readonly [number, number, number] = [0, 0, 1];
  #lampAcross: readonly [number, number, number] = [1, 0, 0];
  #lampUp: readonly [number, number, number] = [0, 1, 0];
  readonly #fine = new Float32Array(FIBRES + 1);
  readonly #coarse = new Float32Array(FIBRES + 1);
  #fibresOf = -1;
  #blur = 0.1;
  /** Half the width of a highlight's edge in radians: the angle of a sample on the cornea, doubled by reflection. */
  #glint = 0.1;

  /** Sets up a picture. `blur`: half the width of edges in millimetres, about half a sample. */
  shape(parameters: EyeParameters, blur: number): void {
    this.#parameters = parameters;
    this.#blur = blur;
    this.#glint = 0.02 + (2 * blur) / CORNEA_RADIUS;
    this.#shape = eyeballShape(parameters.identity.eyeball.irisRadius);
    const pitch = parameters.gaze[0];
    const yaw = parameters.gaze[1];
    this.#gaze = directionOf(pitch, yaw);
    this.#across = [Math.cos(yaw), 0, Math.sin(yaw)];
    this.#along = cross(this.#gaze, this.#across);
    this.#lamp = unit(parameters.light.direction);
    this.#lampAcross = unit(cross([0, 1, 0], this.#lamp));
    this.#lampUp = cross(this.#lamp, this.#lampAcross);
    if (this.#fibresOf !== parameters.identity.textures) {
      this.#fibresOf = parameters.identity.textures;
      fibres(this.#fine, 34, this.#fibresOf);
      fibres(this.#coarse, 9, this.#fibresOf >>> 8);
    }
  }

  /** Shades the point in `place` and writes to `light`. */
  sample(): void {
    const parameters = this.#parameters;
    if (parameters === undefined) return;
    const { identity, light } = parameters;
    const gx = this.#gaze[0];
    const gy = this.#gaze[1];
    const gz = this.#gaze[2];
    const shape = this.#shape;
    const { place, light: out } = this;
    const x = place[0] as number;
    const y = place[1] as number;
    const ballZ = place[2] as number;
    const u = place[3] as number;
    const v = place[4] as number;
    const below = place[5] as number;
    const above = place[6] as number;
    const innerU = identity.lids.innerCorner[0];
    const outerU = identity.lids.outerCorner[0];
    const lx = this.#lamp[0];
    const ly = this.#lamp[1];
    const lz = this.#lamp[2];

    // The upper lid shades a band that widens as the lamp rises.
    const band = 1.1 + 1.6 * Math.max(0, ly);
    const underLid = fade(below / band);
    const overLid = fade(above * 1.1);
    const corner = smooth(5.5, 0.5, innerU - u) + smooth(4.5, 0.2, u - outerU);
    const open = (1 - 0.62 * underLid) * (1 - 0.22 * overLid) * (1 - 0.28 * Math.min(1, corner));
    const direct = open * (1 - 0.35 * underLid);

    const inverse = 1 / Math.sqrt(x * x + y * y + ballZ * ballZ);
    let nx = x * inverse;
    let ny = y * inverse;
    let nz = ballZ * inverse;
    const facing = nx * lx + ny * ly + nz * lz;

    // The cornea is visible where the ray hits its sphere in front of the limbus.
    const centreX = gx * shape.cornea;
    const centreY = gy * shape.cornea;
    const dx = x - centreX;
    const dy = y - centreY;
    const square = CORNEA_RADIUS * CORNEA_RADIUS - dx * dx - dy * dy;
    let clear = 0;
    let red = 0;
    let green = 0;
    let blue = 0;
    if (square > 0) {
      const dz = Math.sqrt(square);
      const z = gz * shape.cornea + dz;
      const forward = x * gx + y * gy + z * gz;
      clear = smooth(shape.limbus - 0.35, shape.limbus + 0.3, forward);
      if (clear > 0) {
        const cnx = dx / CORNEA_RADIUS;
        const cny = dy / CORNEA_RADIUS;
        const cnz = dz / CORNEA_RADIUS;
        const bend = ETA * cnz - Math.sqrt(1 - ETA * ETA * (1 - cnz * cnz));
        const rx = bend * cnx;
        const ry = bend * cny;
        const rz = bend * cnz - ETA;
        const t = (shape.iris - forward) / (rx * gx + ry * gy + rz * gz);
        const px = x + t * rx;
        const py = y + t * ry;
        const pz = z + t * rz;
        const ax = this.#across[0];
        const ay = this.#across[1];
        const az = this.#across[2];
        const bx = this.#along[0];
        const by = this.#along[1];
        const bz = this.#along[2];
        const onIris = this.#onIris;
        onIris[0] = px * ax + py * ay + pz * az;
        onIris[1] = px * bx + py * by + pz * bz;
        onIris[2] = open;
        onIris[3] = direct;
        this.#iris();
        red = (out[0] as number) * clear;
        green = (out[1] as number) * clear;
        blue = (out[2] as number) * clear;
        nx += (cnx - nx) * clear;
        ny += (cny - ny) * clear;
        nz += (cnz - nz) * clear;
      }
    }

    if (clear < 1) {
      const aside = Math.min(1, Math.abs(u - 0.3) / 11);
      const vessels = identity.eyeball.veins * (0.12 + 0.88 * aside * aside);
      const blood = vessels * this.#veins(u, v) + 0.14 * Math.min(1, corner);
      const lamp = (1 - clear) * light.intensity * 0.62 * Math.max(0, (facing + 0.4) / 1.4) * direct;
      const round = (1 - clear) * light.ambient * (0.7 + 0.22 * ny) * open;
      const whiteRed = identity.eyeball.white[0];
      const whiteGreen = identity.eyeball.white[1];
      const whiteBlue = identity.eyeball.white[2];
      red += whiteRed * (1 - 0.1 * blood) * (lamp * light.colour[0] + round);
      green += whiteGreen * (1 - 0.55 * blood) * (lamp * light.colour[1] + round);
      blue += whiteBlue * (1 - 0.5 * blood) * (lamp * light.colour[2] + round);
    }

    // The caruncle and the fold beside it lie in the inner corner.
    const fold = smooth(4.6, 2.4, innerU - u);
    if (fold > 0) {
      const caruncle = smooth(3.2, 1.8, innerU - u);
      const glow =
        (light.intensity * 0.55 * Math.max(0, 0.55 + 0.45 * facing) + light.ambient * 0.8) * (0.62 + 0.3 * open);
      const skin = identity.skin.colour;
      const amount = 0.45 * fold + 0.4 * caruncle;
      red += ((0.36 + 0.4 * skin[0]) * glow - red) * amount;
      green += ((0.1 + 0.36 * skin[1]) * glow - green) * amount;
      blue += ((0.09 + 0.34 * skin[2]) * glow - blue) * amount;
    }

    const mirror = this.#mirror;
    mirror[0] = nx;
    mirror[1] = ny;
    mirror[2] = nz;
    mirror[3] = clear;
    mirror[4] = underLid;
    this.#reflect(light);
    // The tear meniscus along the lower lid reflects the lamp as a line.
    const tear = bell((above - 0.25) * (above - 0.25) * 20) * 0.16 * light.intensity * Math.max(0, 0.4 + ly);
    out[0] = red + (out[0] as number) + tear;
    out[1] = green + (out[1] as number) + tear;
    out[2] = blue + (out[2] as number) + tear;
  }

  /** Density of the sclera's blood vessels, 0.25 to 1. */
  #veins(u: number, v: number): number {
    const seed = (this.#parameters as EyeParameters).identity.textures;
    const x = u * 0.9 + (seed & 127);
    const y = v * 0.9 + ((seed >>> 7) & 127);
    const warp = noise(x * 0.6, y * 0.6) * 1.5;
    const ridge = 1 - Math.abs(noise(x * 0.55 + warp, y * 1.4 + warp));
    return 0.25 + 0.75 * ridge * ridge * ridge * ridge;
  }

  /** Shades the iris plane and writes to `light`. `#onIris` holds the point in millimetres and its shares of ambient and direct light. */
  #iris(): void {
    const a = this.#onIris[0] as number;
    const b = this.#onIris[1] as number;
    const open = this.#onIris[2] as number;
    const direct = this.#onIris[3] as number;
    const { identity, light, pupilRadius } = this.#parameters as EyeParameters;
    const eye = identity.eyeball;
    const out = this.light;
    const radius = Math.sqrt(a * a + b * b);
    const blur = this.#blur;
    const outside = smooth(pupilRadius - blur, pupilRadius + blur, radius);
    if (outside <= 0) {
      out[0] = out[1] = out[2] = 0.004;
      return;
    }
    const edge = this.#shape.limbusRadius;
    const place = Math.min(1, radius / edge);
    const turn = Math.atan2(b, a) / (2 * Math.PI) + 0.5;
    const fine = this.#fine[(turn * FIBRES) | 0] as number;
    const coarse = this.#coarse[((turn + 0.02 * fine) * FIBRES) & (FIBRES - 1)] as number;
    const seed = identity.textures;
    const patches = noise(a * 0.7 + (seed & 63), b * 0.7 + ((seed >>> 6) & 63));
    const inner = smooth(0.16, -0.16, place - eye.collarette - 0.08 * coarse);
    const lightness =
      1 +
      eye.fibres * (0.42 * fine * (1 - 0.5 * inner) + 0.22 * coarse + 0.14 * patches) +
      0.25 * bell((place - eye.collarette) * (place - eye.collarette) * 120) * eye.fibres;
    // The cornea focuses light on the side of the iris away from the lamp (a caustic).
    const lx = this.#lamp[0];
    const ly = this.#lamp[1];
    const lz = this.#lamp[2];
    const side =
      -(
        a * (lx * this.#across[0] + ly * this.#across[1] + lz * this.#across[2]) +
        b * (lx * this.#along[0] + ly * this.#along[1] + lz * this.#along[2])
      ) / edge;
    const toward = Math.max(0, lx * this.#gaze[0] + ly * this.#gaze[1] + lz * this.#gaze[2]);
    const lamp = light.intensity * direct * (0.35 + 0.65 * toward) * (0.85 + 0.75 * Math.max(-0.6, side));
    const round = light.ambient * open * 0.9;
    const ring = 1 - eye.limbalRing * 0.85 * smooth(0.74, 1, place);
    const ruff = 1 - 0.5 * smooth(0.5, 0, radius - pupilRadius);
    const shade = Math.max(0.05, lightness) * ring * ruff * outside;
    const red = eye.irisOuter[0];
    const green = eye.irisOuter[1];
    const blue = eye.irisOuter[2];
    const innerRed = eye.irisInner[0];
    const innerGreen = eye.irisInner[1];
    const innerBlue = eye.irisInner[2];
    out[0] = 0.004 + (red + (innerRed - red) * inner) * shade * (lamp * light.colour[0] + round);
    out[1] = 0.004 + (green + (innerGreen - green) * inner) * shade * (lamp * light.colour[1] + round);
    out[2] = 0.004 + (blue + (innerBlue - blue) * inner) * shade * (lamp * light.colour[2] + round);
  }

  /**
   * Computes the reflections of the lamp and the surroundings in the wet surface and writes to `light`. `#mirror` holds the
   * normal, the share of cornea in it, and the shading by the lid.
   */
  #reflect(light: EyeLight): void {
    const nx = this.#mirror[0] as number;
    const ny = this.#mirror[1] as number;
    const nz = this.#mirror[2] as number;
    const clear = this.#mirror[3] as number;
    const underLid = this.#mirror[4] as number;
    const mx = 2 * nz * nx;
    const my = 2 * nz * ny;
    const mz = 2 * nz * nz - 1;
    const away = 1 - Math.max(0, nz);
    const fresnel = FRESNEL + (1 - FRESNEL) * away * away * away * away * away;
    const unshaded = 1 - 0.8 * underLid;
    let mirrored = light.ambient * (0.35 + 1.5 * smooth(-0.25, 0.75, my)) * fresnel * 1.3;
    const lx = this.#lamp[0];
    const ly = this.#lamp[1];
    const lz = this.#lamp[2];
    const toward = mx * lx + my * ly + mz * lz;
    if (toward > 0) {
      const ax = this.#lampAcross[0];
      const ay = this.#lampAcross[1];
      const az = this.#lampAcross[2];
      const bx = this.#lampUp[0];
      const by = this.#lampUp[1];
      const bz = this.#lampUp[2];
      // The cornea is smooth; the sclera is uneven, so its highlight is wide and faint.
      const soft = this.#glint + 0.35 * (1 - clear);
      const sideways = Math.abs(mx * ax + my * ay + mz * az) - light.size[0];
      const upward = Math.abs(mx * bx + my * by + mz * bz) - light.size[1];
      const inside = smooth(soft, -soft, sideways) * smooth(soft, -soft, upward);
      mirrored += inside * light.intensity * (clear * 1.1 + 0.08) * (0.8 + 8 * fresnel);
    }
    const out = this.light;
    out[0] = mirrored * unshaded * light.colour[0];
    out[1] = mirrored * unshaded * light.colour[1];
    out[2] = mirrored * unshaded * light.colour[2];
  }
}

function fibres(into: Float32Array, count: number, seed: number): void {
  // The last period is blended with the first, so that the noise is seamless around the iris.
  const row = (seed % NOISE_PERIOD) + 0.5;
  for (let i = 0; i <= FIBRES; i++) {
    const turn = (i % FIBRES) / FIBRES;
    const around = turn * count;
    const blend = smooth(count - 1, count, around);
    const value = noise(around, row) * (1 - blend) + noise(around - count, row) * blend;
    into[i] = value;
  }
}

function unit(a: readonly [number, number, number]): [number, number, number] {
  const length = Math.hypot(a[0], a[1], a[2]);
  return [a[0] / length, a[1] / length, a[2] / length];
}

function cross(a: readonly [number, number, number], b: readonly [number, number, number]): [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
