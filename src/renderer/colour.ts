/** Converts colours from sRGB to linear light and back. */
import type { Colour } from './parameters.js';

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** The linear light of an sRGB colour with channels from 0 to 1. */
export function linear(red: number, green: number, blue: number): Colour {
  return [toLinear(red), toLinear(green), toLinear(blue)];
}

/** Linear interpolation from `a` (amount 0) to `b` (amount 1). */
export function mix(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount];
}

/** Multiplies all channels by one number, or each by the channel of another colour. */
export function scale(a: Colour, by: Colour | number): Colour {
  return typeof by === 'number' ? [a[0] * by, a[1] * by, a[2] * by] : [a[0] * by[0], a[1] * by[1], a[2] * by[2]];
}

const ENTRIES = 4096;
/** Linear light up to this value is compressed into the top of the range, as by a camera's tone curve. */
const MAX_LIGHT = 2;
const BYTES = Uint8Array.from({ length: ENTRIES + 1 }, (_, i) => {
  const light = toneCurve((i / ENTRIES) * MAX_LIGHT);
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, value));
});

function toneCurve(light: number): number {
  const knee = 0.7;
  if (light <= knee) return light;
  return knee + (1 - knee) * (1 - Math.exp(-(light - knee) / (1 - knee)));
}

/** The sRGB byte of linear light, with highlights compressed. */
export function toByte(light: number): number {
  return BYTES[Math.min(ENTRIES, Math.max(0, (light * (ENTRIES / MAX_LIGHT) + 0.5) | 0))] as number;
}
