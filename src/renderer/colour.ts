/** Colours: sRGB to linear light and back. */
import type { Colour } from './parameters.js';

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** An sRGB colour, 0 to 1 a channel, in linear light. */
export function linear(red: number, green: number, blue: number): Colour {
  return [toLinear(red), toLinear(green), toLinear(blue)];
}

/** From `a` (amount 0) to `b` (amount 1). */
export function mix(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount];
}

/** Each channel times a number, or times its own. */
export function scale(a: Colour, by: Colour | number): Colour {
  return typeof by === 'number' ? [a[0] * by, a[1] * by, a[2] * by] : [a[0] * by[0], a[1] * by[1], a[2] * by[2]];
}

const ENTRIES = 4096;
/** Linear light above 1 is pressed into the top of the range, as a camera's tone curve does, up to this much. */
const BRIGHTEST = 2;
const BYTES = Uint8Array.from({ length: ENTRIES + 1 }, (_, i) => {
  const light = shoulder((i / ENTRIES) * BRIGHTEST);
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, value));
});

function shoulder(light: number): number {
  const knee = 0.7;
  if (light <= knee) return light;
  return knee + (1 - knee) * (1 - Math.exp(-(light - knee) / (1 - knee)));
}

/** The sRGB byte of linear light, highlights compressed. */
export function toByte(light: number): number {
  return BYTES[Math.min(ENTRIES, Math.max(0, (light * (ENTRIES / BRIGHTEST) + 0.5) | 0))] as number;
}
