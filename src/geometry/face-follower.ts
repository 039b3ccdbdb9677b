/** Follows one face from frame to frame and smooths its pose. */
import type { Face, Point } from '../frame.js';
import { OneEuro } from './one-euro.js';

/** The place of a face or eye pair in a frame: centre, size in pixels and rotation. */
export interface Pose {
  readonly centre: Point;
  readonly size: number;
  /** Radians, clockwise on a screen: 0 where the eyes are level. */
  readonly roll: number;
}

/** After this time without a face, the next one is not smoothed with the last. */
const FORGET_MS = 1000;

/**
 * Follows the face that is nearest to the last one. It starts with the first face of a frame (the one with the best score), and
 * starts again where no face was found for a second or the nearest is further away than its own size. Centre, size and roll
 * are smoothed by one-euro filters (3 Hz, β 0.1 per pixel and per degree).
 */
export class FaceFollower {
  readonly #measure: (face: Face) => Pose;
  readonly #smooth: boolean;
  #last: { pose: Pose; time: number; filters: readonly OneEuro[] } | undefined;

  /** @param smooth `false`: frames are independent, such as still pictures, and no pose is followed or smoothed */
  constructor(measure: (face: Face) => Pose, smooth: boolean) {
    this.#measure = measure;
    this.#smooth = smooth;
  }

  /** @param time timestamp of the frame in milliseconds */
  follow(faces: readonly Face[], time: number): Pose | undefined {
    if (!this.#smooth) return faces[0] && this.#measure(faces[0]);
    if (this.#last && Math.abs(time - this.#last.time) > FORGET_MS) this.#last = undefined;
    const pose = nearest(faces.map(this.#measure), this.#last?.pose.centre);
    if (pose === undefined) return undefined;
    if (this.#last && distance(pose.centre, this.#last.pose.centre) > pose.size) this.#last = undefined;
    const filters = this.#last?.filters ?? Array.from({ length: 4 }, () => new OneEuro({ minCutoff: 3, beta: 0.1 }));
    const smoothed = smoothedPose(pose, time, filters);
    // The raw pose is kept, so that smoothing does not influence which face is followed.
    this.#last = { pose, time, filters };
    return smoothed;
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

function smoothedPose({ centre, size, roll }: Pose, time: number, filters: readonly OneEuro[]): Pose {
  const [x, y, extent, angle] = filters as readonly [OneEuro, OneEuro, OneEuro, OneEuro];
  // The filter works in degrees, because at usual distances one degree moves an eye by about a pixel. The angle is unwrapped
  // relative to the last one, so that it never jumps by 360.
  const degrees = (roll * 180) / Math.PI;
  const before = angle.value ?? degrees;
  const unwrapped = before + ((((degrees - before + 180) % 360) + 360) % 360) - 180;
  return {
    centre: [x.filter(centre[0], time), y.filter(centre[1], time)],
    size: extent.filter(size, time),
    roll: (angle.filter(unwrapped, time) * Math.PI) / 180,
  };
}
