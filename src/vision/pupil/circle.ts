/** Fits the edge of the iris: the circle across which brightness rises most sharply. */
import type { Gradients } from './gradients.js';

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface FittedCircle extends Circle {
  /**
   * 0 to 1: how sharply brightness rises across the weaker of both sides relative to the picture's other edges, and how closely
   * the gradients there point outward.
   */
  readonly confidence: number;
}

/** Range of iris radii as fractions of the width; a real iris has about 0.115, a doll's up to 0.17. */
const radii = [0.09, 0.19] as const;
/** Largest offset of the centre from the guess, and the penalty for it, in units of 1/64 of the width. */
const maxOffset = 3;
const offsetPenalty = 0.1;
/** Evidence at which the confidence is 0.5, between the medians of open eyes (1.5) and closed ones (0.2). */
const halfConfidence = 0.6;

/** Directions to the parts of the edge that lids do not cover, alternately right and left, ±50°. */
const directions = Array.from({ length: 21 }, (_, i) => ((i - 10) * 5 * Math.PI) / 180).flatMap((a) => [
  a,
  a + Math.PI,
]);
const unitX = Float64Array.from(directions, Math.cos);
const unitY = Float64Array.from(directions, Math.sin);

/** Steps in x, y and radius of the search for the best circle. */
const moves = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
  [1, 0, 1],
  [-1, 0, 1],
  [1, 0, -1],
  [-1, 0, -1],
] as const;

/** Sums over the right and the left part of a circle. */
interface ArcSums {
  /** Outward gradients. */
  readonly rise: Float64Array;
  /** Outward gradients, weighted by the squared cosine of their angle to the outward direction. */
  readonly pureRise: Float64Array;
  /** Cosines of the angles between gradient and outward direction. */
  readonly cosine: Float64Array;
}

/** Sums bilinearly interpolated gradients along a circle; border pixels are repeated. */
function sumAlong({ width, height, x, y }: Gradients, circle: Circle, { rise, pureRise, cosine }: ArcSums): void {
  rise.fill(0);
  pureRise.fill(0);
  cosine.fill(0);
  for (let k = 0; k < unitX.length; k++) {
    const ux = unitX[k] as number;
    const uy = unitY[k] as number;
    const px = Math.max(0, Math.min(width - 1.001, circle.x + circle.radius * ux - 0.5));
    const py = Math.max(0, Math.min(height - 1.001, circle.y + circle.radius * uy - 0.5));
    const i = Math.floor(py) * width + Math.floor(px);
    const fx = px - Math.floor(px);
    const fy = py - Math.floor(py);
    const a = (1 - fx) * (1 - fy);
    const b = fx * (1 - fy);
    const c = (1 - fx) * fy;
    const d = fx * fy;
    const j = i + width;
    const gx = (x[i] as number) * a + (x[i + 1] as number) * b + (x[j] as number) * c + (x[j + 1] as number) * d;
    const gy = (y[i] as number) * a + (y[i + 1] as number) * b + (y[j] as number) * c + (y[j + 1] as number) * d;
    const outward = gx * ux + gy * uy;
    if (outward <= 0) continue;
    const side = k & 1;
    const along = outward / Math.sqrt(gx * gx + gy * gy);
    rise[side] = (rise[side] as number) + outward;
    pureRise[side] = (pureRise[side] as number) + outward * along * along;
    cosine[side] = (cosine[side] as number) + along;
  }
}

/** Fits the circle near a guess with subpixel accuracy. */
export function fitCircle(gradients: Gradients, guess: { readonly x: number; readonly y: number }): FittedCircle {
  const unit = gradients.width / 64;
  const [smallest, largest] = [radii[0] * gradients.width, radii[1] * gradients.width];
  const along: ArcSums = { rise: new Float64Array(2), pureRise: new Float64Array(2), cosine: new Float64Array(2) };
  const sharpness = (circle: Circle) => {
    sumAlong(gradients, circle, along);
    const [right = 0, left = 0] = along.pureRise;
    return (right + left) * Math.sqrt(circle.radius);
  };
  let best: Circle = { ...guess, radius: smallest };
  let bestValue = sharpness(best);
  const improve = (circle: Circle) => {
    if (circle.radius < smallest || circle.radius > largest) return false;
    const away = ((circle.x - guess.x) ** 2 + (circle.y - guess.y) ** 2) / unit ** 2;
    const value = sharpness(circle) * Math.exp(-offsetPenalty * away);
    if (!(value > bestValue * (1 + 1e-9))) return false;
    best = circle;
    bestValue = value;
    return true;
  };
  for (let radius = smallest; radius <= largest; radius += unit / 2) {
    for (let dy = -maxOffset; dy <= maxOffset; dy++) {
      for (let dx = -maxOffset; dx <= maxOffset; dx++) {
        improve({ x: guess.x + dx * unit, y: guess.y + dy * unit, radius });
      }
    }
  }
  for (let step = unit / 2; step > unit / 50; step /= 2) {
    for (let moved = true, rounds = 0; moved && rounds < 20; rounds++) {
      moved = false;
      for (const [dx, dy, dr] of moves) {
        moved = improve({ x: best.x + dx * step, y: best.y + dy * step, radius: best.radius + dr * step }) || moved;
      }
    }
  }
  sumAlong(gradients, best, along);
  const perSide = unitX.length / 2;
  const evidence =
    (Math.min(...along.cosine) / perSide) * (Math.min(...along.rise) / perSide / Math.max(gradients.edge, 1e-6));
  return { ...best, confidence: evidence / (evidence + halfConfidence) };
}
