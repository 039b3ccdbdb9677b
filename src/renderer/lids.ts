/** Tables of the lid margins' heights along the eye, for one moment. */
import { EYEBALL_RADIUS } from './geometry.js';
import type { EyeIdentity } from './parameters.js';
import { smooth } from './shapes.js';

/** Tables span −RANGE … RANGE millimetres in `u`. */
const RANGE = 24;
const PER_MILLIMETRE = 4;
const ENTRIES = 2 * RANGE * PER_MILLIMETRE + 1;

/** A tabulated curve over `u` with linear interpolation; it is constant beyond its ends. */
export class LidCurve {
  readonly values = new Float32Array(ENTRIES);

  at(u: number): number {
    const place = (u + RANGE) * PER_MILLIMETRE;
    if (place <= 0) return this.values[0] as number;
    if (place >= ENTRIES - 1) return this.values[ENTRIES - 1] as number;
    const index = place | 0;
    const low = this.values[index] as number;
    return low + ((this.values[index + 1] as number) - low) * (place - index);
  }
}

/** Margins and slopes of both lids, and the upper lid's crease. */
export class Lids {
  readonly upper = new LidCurve();
  readonly lower = new LidCurve();
  readonly crease = new LidCurve();
  readonly upperSlope = new LidCurve();
  readonly lowerSlope = new LidCurve();
  /** 1 along the opening, falling to 0 past its corners. */
  readonly along = new LidCurve();
  /** Highest and lowest point of the opening. */
  top = 0;
  bottom = 0;

  /**
   * @param gaze components along `u` and `v` of the unit gaze vector in face axes
   * @param openness as in {@link EyeParameters.openness}
   */
  shape(identity: EyeIdentity['lids'], gaze: readonly [u: number, v: number], openness: number): void {
    const [innerU, innerV] = identity.innerCorner;
    const [outerU, outerV] = identity.outerCorner;
    // The upper lid follows most of the vertical gaze (Becker and Fuchs, 1988), the lower one about a third.
    const rise = EYEBALL_RADIUS * gaze[1];
    const upperHeight = identity.upper + (rise < 0 ? 0.74 : 0.62) * rise;
    const lowerHeight = -identity.lower + (rise < 0 ? 0.34 : 0.22) * rise;
    const opened = Math.min(openness, 1.3);
    const lift = Math.max(0, opened - 1) * 3;
    const closed = 1 - Math.min(opened, 1);
    const upperPeak = 0.54 + 0.004 * gaze[0] * EYEBALL_RADIUS;
    const lowerPeak = 0.42 + 0.003 * gaze[0] * EYEBALL_RADIUS;
    const middle = (s: number) => outerV + (innerV - outerV) * s;
    const upperSpan = Math.max(0.8, upperHeight + lift - middle(upperPeak));
    const lowerSpan = Math.max(0.8, middle(lowerPeak) - lowerHeight);
    const upperWarp = Math.log(0.5) / Math.log(upperPeak);
    const lowerWarp = Math.log(0.5) / Math.log(lowerPeak);
    // The crease follows the gaze less than the lid does, and hardly moves when the lid closes.
    const creaseSpan = Math.max(2, identity.upper + 0.2 * rise - 0.8 * closed + identity.crease - middle(upperPeak));
    this.top = Number.NEGATIVE_INFINITY;
    this.bottom = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ENTRIES; i++) {
      const u = i / PER_MILLIMETRE - RANGE;
      const s = Math.min(1, Math.max(0, (u - outerU) / (innerU - outerU)));
      const base = middle(s);
      let upper = base + upperSpan * arch(s, upperWarp, 0.82);
      let lower = base - lowerSpan * arch(s, lowerWarp, 0.78);
      const meeting = lower + 0.14 * (upper - lower);
      upper += (meeting - upper) * closed;
      lower += (meeting - lower) * closed;
      this.upper.values[i] = upper;
      this.lower.values[i] = lower;
      // The crease is wider than the opening and falls off past its ends.
      const creaseS = (u - outerU + 3.5) / (innerU - outerU + 4.5);
      const past = Math.max(0, -creaseS, creaseS - 1) * 12;
      const creaseBump = arch(Math.min(1, Math.max(0, creaseS)), upperWarp, 0.62);
      this.crease.values[i] = middle(creaseS) - 1 + (creaseSpan + 1) * creaseBump - past;
      this.along.values[i] = smooth(outerU - 3.5, outerU + 2.5, u) * smooth(innerU + 1.5, innerU - 3.5, u);
      if (upper > this.top) this.top = upper;
      if (lower < this.bottom) this.bottom = lower;
    }
    slopes(this.upper, this.upperSlope);
    slopes(this.lower, this.lowerSlope);
  }
}

/** An arch: 0 at both ends, 1 at the place where `warp` moves the middle. Smaller exponents give blunter ends. */
function arch(s: number, warp: number, exponent: number): number {
  if (s <= 0 || s >= 1) return 0;
  const t = s ** warp;
  return (4 * t * (1 - t)) ** exponent;
}

function slopes(curve: LidCurve, into: LidCurve): void {
  for (let i = 0; i < ENTRIES; i++) {
    const before = Math.max(0, i - 1);
    const after = Math.min(ENTRIES - 1, i + 1);
    const rise = (curve.values[after] as number) - (curve.values[before] as number);
    into.values[i] = (rise / (after - before)) * PER_MILLIMETRE;
  }
}
