/** Guesses the pupil's position: the point that most gradients point away from. */
import type { Gradients } from './gradients.js';
import { vertexOffset } from './parabola.js';

/** Range of distances at which an edge votes, as fractions of the width: from a pupil's radius to that of a large iris. */
const reach = [0.03, 0.17] as const;
/** Cosine of the half angle of the cone, around the gradient's direction, in which an edge votes. */
const cone = 0.95;
/** Width of the border in which no pupil is searched, as a fraction of the width. */
const margin = 0.12;
/** Standard deviation of the prior for the pupil's distance from the centre, as a fraction of the width. */
const spread = 0.25;

/** Offsets from an edge to the points that it may vote for, with their directions. */
interface Steps {
  readonly dx: Int32Array;
  readonly dy: Int32Array;
  readonly ux: Float32Array;
  readonly uy: Float32Array;
}

function votingSteps(width: number): Steps {
  const [nearest, farthest] = [reach[0] * width, reach[1] * width];
  const steps: [dx: number, dy: number, length: number][] = [];
  for (let dy = -Math.floor(farthest); dy <= farthest; dy++) {
    for (let dx = -Math.floor(farthest); dx <= farthest; dx++) {
      const length = Math.hypot(dx, dy);
      if (length >= nearest && length <= farthest) steps.push([dx, dy, length]);
    }
  }
  return {
    dx: Int32Array.from(steps, ([dx]) => dx),
    dy: Int32Array.from(steps, ([, dy]) => dy),
    ux: Float32Array.from(steps, ([dx, , length]) => dx / length),
    uy: Float32Array.from(steps, ([, dy, length]) => dy / length),
  };
}

/** Every edge pixel votes for the possible centres, on its dark side, of a circle through it. */
function castVotes({ width, height, x, y, length, edge }: Gradients): Float32Array {
  const votes = new Float32Array(width * height);
  const { dx, dy, ux, uy } = votingSteps(width);
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const i = row * width + column;
      const steepness = length[i] as number;
      if (!(steepness > edge)) continue;
      const towardX = -(x[i] as number) / steepness;
      const towardY = -(y[i] as number) / steepness;
      const weight = Math.sqrt(Math.min(steepness, 3 * edge));
      for (let s = 0; s < dx.length; s++) {
        const cosine = (ux[s] as number) * towardX + (uy[s] as number) * towardY;
        if (cosine < cone) continue;
        const toX = column + (dx[s] as number);
        const toY = row + (dy[s] as number);
        if (toX < 0 || toX >= width || toY < 0 || toY >= height) continue;
        const to = toY * width + toX;
        votes[to] = (votes[to] as number) + weight * cosine ** 16;
      }
    }
  }
  return votes;
}

/** The point with the most votes, weighted by darkness and nearness to the centre. `undefined` for a picture without edges. */
export function guessPupil(gradients: Gradients): { x: number; y: number } | undefined {
  const { width, height, brightness } = gradients;
  const votes = castVotes(gradients);
  const border = Math.min(Math.round(margin * width), height >> 2);
  let best = -1;
  let bestValue = 0;
  for (let row = border; row < height - border; row++) {
    for (let column = border; column < width - border; column++) {
      const i = row * width + column;
      const away = ((column + 0.5 - width / 2) ** 2 + (row + 0.5 - height / 2) ** 2) / (spread * width) ** 2;
      const value = (votes[i] as number) * (1 - (brightness[i] as number)) * Math.exp(-away / 2);
      if (value > bestValue) {
        bestValue = value;
        best = i;
      }
    }
  }
  if (best < 0) return undefined;
  const vote = (offset: number) => votes[best + offset] as number;
  return {
    x: (best % width) + 0.5 + vertexOffset(vote(-1), vote(0), vote(1)),
    y: Math.floor(best / width) + 0.5 + vertexOffset(vote(-width), vote(0), vote(width)),
  };
}
