/** Follows one face from frame to frame, and steadies where it is. */
import type { Face, Point } from '../frame.js';
import { OneEuro } from './one-euro.js';

/** Where something lies in a frame: its centre, its size in pixels, and how far it is turned. */
export interface Pose {
  readonly centre: Point;
  readonly size: number;
  /** Radians, clockwise on a screen: 0 where the eyes are level. */
  readonly roll: number;
}

/** After this long without a face, the next one is taken as it comes. */
const FORGET_MS = 1000;

/**
 * Of several faces it keeps the one nearest to the last; it starts with the first given (the best), and again where none
 * was seen for a second or the nearest lies further than its size away. Centre, size and roll go through one-euro filters
 * (3 Hz, β 0.1 per pixel and per degree).
 */
export class FaceFollower {
  readonly #measure: (face: Face) => Pose;
  readonly #smooth: boolean;
  #last: { pose: Pose; time: number; filters: readonly OneEuro[] } | undefined;

  /** @param smooth `false`: every frame stands for itself, as pictures that are no film do */
  constructor(measure: (face: Face) => Pose, smooth: boolean) {
    this.#measure = measure;
    this.#smooth = smooth;
  }

  /** @param time of the frame in milliseconds */
  follow(faces: readonly Face[], time: number): Pose | undefined {
    if (!this.#smooth) return faces[0] && this.#measure(faces[0]);
    if (this.#last && Math.abs(time - this.#last.time) > FORGET_MS) this.#last = undefined;
    const pose = nearest(faces.map(this.#measure), this.#last?.pose.centre);
    if (pose === undefined) return undefined;
    if (this.#last && distance(pose.centre, this.#last.pose.centre) > pose.size) this.#last = undefined;
    const filters = this.#last?.filters ?? Array.from({ length: 4 }, () => new OneEuro({ minCutoff: 3, beta: 0.1 }));
    const steady = steadied(pose, time, filters);
    // The raw pose, so that smoothing never decides which face is followed.
    this.#last = { pose, time, filters };
    return steady;
  }
}

function nearest(poses: readonly Pose[], to: Point | undefined): Pose | undefined {
  if (to === undefined) return poses[0];
  let best: Pose | undefined;
  for (const pose of poses) {
    if (best === undefined || distance(pose.centre, to) < distance(best.centre, to)) best = pose;
  }
  return best;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function steadied({ centre, size, roll }: Pose, time: number, filters: readonly OneEuro[]): Pose {
  const [x, y, extent, turn] = filters as readonly [OneEuro, OneEuro, OneEuro, OneEuro];
  // Degrees, since at usual distances one is about a pixel at the eye; on from the last turn, so that it never jumps by 360.
  const degrees = (roll * 180) / Math.PI;
  const before = turn.value ?? degrees;
  const unwound = before + ((((degrees - before + 180) % 360) + 360) % 360) - 180;
  return {
    centre: [x.filter(centre[0], time), y.filter(centre[1], time)],
    size: extent.filter(size, time),
    roll: (turn.filter(unwound, time) * Math.PI) / 180,
  };
}
