/** The circle across which a picture's brightness rises most sharply: the edge of the iris. */
import type { Gradients } from './gradients.js';

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface FittedCircle extends Circle {
  /**
   * 0 to 1: how sharply brightness rises across the worse of the two sides, against the picture's other edges, and how
   * much of the change there is outward.
   */
  readonly confidence: number;
}

/** Radii of irises, as parts of the width: a real one is about 0.115, a doll's up to 0.17. */
const radii = [0.09, 0.19] as const;
/** How far the centre may lie from the first guess, and how quickly leaving it costs, in 64ths of the width. */
const farthest = 3;
const stiffness = 0.1;
/** Evidence at which confidence is one half: between open eyes (1.5 in the middle) and closed ones (0.2). */
const halfConfidence = 0.6;

/** Directions to the parts of the edge that lids leave open: right and left in turn, ±50°. */
const directions = Array.from({ length: 21 }, (_, i) => ((i - 10) * 5 * Math.PI) / 180).flatMap((a) => [
  a,
  a + Math.PI,
]);
const unitX = Float64Array.from(directions, Math.cos);
const unitY = Float64Array.from(directions, Math.sin);

/** Steps in x, y and radius that the search for the best circle tries. */
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

/** What is found along the right and the left part of a circle, each a sum over its directions. */
interface Along {
  /** How steeply brightness rises outward. */
  readonly rise: Float64Array;
  /** The same, counting less what does not point outward. */
  readonly pureRise: Float64Array;
  /** Cosines between gradient and outward. */
  readonly cosine: Float64Array;
}

/** Sums up gradients along a circle, between pixel centres; beyond the border its pixels repeat. */
function walk({ width, height, x, y }: Gradients, circle: Circle, { rise, pureRise, cosine }: Along): void {
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

/** Fits the circle near a first guess, to a fraction of a pixel. */
export function fitCircle(gradients: Gradients, guess: { readonly x: number; readonly y: number }): FittedCircle {
  const unit = gradients.width / 64;
  const [smallest, largest] = [radii[0] * gradients.width, radii[1] * gradients.width];
  const along: Along = { rise: new Float64Array(2), pureRise: new Float64Array(2), cosine: new Float64Array(2) };
  const sharpness = (circle: Circle) => {
    walk(gradients, circle, along);
    const [right = 0, left = 0] = along.pureRise;
    return (right + left) * Math.sqrt(circle.radius);
  };
  let best: Circle = { ...guess, radius: smallest };
  let most = sharpness(best);
  const improve = (circle: Circle) => {
    if (circle.radius < smallest || circle.radius > largest) return false;
    const away = ((circle.x - guess.x) ** 2 + (circle.y - guess.y) ** 2) / unit ** 2;
    const value = sharpness(circle) * Math.exp(-stiffness * away);
    if (!(value > most * (1 + 1e-9))) return false;
    best = circle;
    most = value;
    return true;
  };
  for (let radius = smallest; radius <= largest; radius += unit / 2) {
    for (let dy = -farthest; dy <= farthest; dy++) {
      for (let dx = -farthest; dx <= farthest; dx++) {
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
  walk(gradients, best, along);
  const perSide = unitX.length / 2;
  const evidence =
    (Math.min(...along.cosine) / perSide) * (Math.min(...along.rise) / perSide / Math.max(gradients.edge, 1e-6));
  return { ...best, confidence: evidence / (evidence + halfConfidence) };
}
