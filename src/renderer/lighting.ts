/** Computes the light that falls on the face at every pixel. */
import type { EyeLight } from './parameters.js';
import type { ReliefMaps } from './relief.js';

/** How far subsurface scattering carries light past the terminator in each channel. */
const BLEED_RED = 0.42;
const BLEED_GREEN = 0.24;
const BLEED_BLUE = 0.18;
/** The share of the lamp's light that reaches shadowed skin through the skin around it. */
const SEEP_RED = 0.14;
const SEEP = 0.05;
/** Steps of the march toward the lamp that finds cast shadows. */
const SHADOW_STEPS = 8;

/** The light on the face in one picture. */
export class Lighting {
  /** Incoming light, three numbers for each pixel. */
  incoming = new Float32Array(0);
  /** Specular reflection of the lamp on slightly oily skin, 0 to 1. */
  gloss = new Float32Array(0);

  light(maps: ReliefMaps, light: EyeLight, perMillimetre: number): void {
    const { depth, mean, columns } = maps;
    const width = columns - 2;
    const height = maps.rows - 2;
    if (this.gloss.length !== width * height) {
      this.gloss = new Float32Array(width * height);
      this.incoming = new Float32Array(width * height * 3);
    }
    const { incoming, gloss } = this;
    const length = Math.hypot(...light.direction);
    const lx = light.direction[0] / length;
    const ly = light.direction[1] / length;
    const lz = light.direction[2] / length;
    const halfway = Math.hypot(lx, ly, lz + 1);
    const hx = lx / halfway;
    const hy = ly / halfway;
    const hz = (lz + 1) / halfway;
    // One unit of the shadow march is 1.6 mm in the picture plane.
    const level = Math.max(1e-3, Math.hypot(lx, ly));
    const stepX = (lx / level) * 1.6 * perMillimetre;
    const stepY = (ly / level) * 1.6 * perMillimetre;
    const rise = (lz / level) * 1.6;
    const lampRed = light.intensity * light.colour[0];
    const lampGreen = light.intensity * light.colour[1];
    const lampBlue = light.intensity * light.colour[2];
    const roundRed = light.ambient * light.colour[0];
    const roundGreen = light.ambient * light.colour[1];
    const roundBlue = light.ambient * light.colour[2];
    const slope = 0.5 * perMillimetre;
    for (let row = 0, pixel = 0; row < height; row++) {
      let index = (row + 1) * columns + 1;
      for (let column = 0; column < width; column++, pixel++, index++) {
        const slopeX = ((depth[index + 1] as number) - (depth[index - 1] as number)) * slope;
        const slopeY = ((depth[index - columns] as number) - (depth[index + columns] as number)) * slope;
        const nz = 1 / Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1);
        const nx = -slopeX * nz;
        const ny = -slopeY * nz;
        const facing = nx * lx + ny * ly + nz * lz;
        const lit = facing > -BLEED_RED ? reach(maps, index, column + 1, row + 1, stepX, stepY, rise) : 0;
        // A place that lies behind its neighbourhood gets less ambient light.
        const hollow = (mean[index] as number) - (depth[index] as number);
        const open = (0.75 + 0.25 * ny) * (hollow > 0 ? 1 / (1 + 0.3 * hollow) : 1);
        const red = facing > -BLEED_RED ? (facing + BLEED_RED) / (1 + BLEED_RED) : 0;
        const green = facing > -BLEED_GREEN ? (facing + BLEED_GREEN) / (1 + BLEED_GREEN) : 0;
        const blue = facing > -BLEED_BLUE ? (facing + BLEED_BLUE) / (1 + BLEED_BLUE) : 0;
        incoming[pixel * 3] = lampRed * red * (lit + (1 - lit) * SEEP_RED) + roundRed * open;
        incoming[pixel * 3 + 1] = lampGreen * green * (lit + (1 - lit) * SEEP) + roundGreen * open;
        incoming[pixel * 3 + 2] = lampBlue * blue * (lit + (1 - lit) * SEEP) + roundBlue * open;
        const mirror = nx * hx + ny * hy + nz * hz;
        const mirror4 = mirror * mirror * mirror * mirror;
        gloss[pixel] = mirror4 * mirror4 * mirror4 * mirror4 * lit;
      }
    }
  }
}

/** The share of the lamp's light that the face's relief does not block, 0 to 1. */
function reach(
  maps: ReliefMaps,
  index: number,
  column: number,
  row: number,
  stepX: number,
  stepY: number,
  rise: number,
): number {
  const { columns, rows, depth } = maps;
  const start = depth[index] as number;
  let occlusion = 0;
  for (let i = 1; i <= SHADOW_STEPS; i++) {
    const far = i * (0.42 + 0.09 * i);
    const x = (column + stepX * far + 0.5) | 0;
    const y = (row - stepY * far + 0.5) | 0;
    if (x < 0 || y < 0 || x >= columns || y >= rows) break;
    const above = ((depth[y * columns + x] as number) - start - rise * far) / (1.1 + 0.8 * far);
    if (above > occlusion) occlusion = above;
  }
  return occlusion >= 1 ? 0 : (1 - occlusion) * (1 - occlusion);
}
