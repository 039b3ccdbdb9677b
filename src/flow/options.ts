/** Checks option values, so that every wrong one is refused with the same kind of message. */
import { IrisflowError } from '../errors.js';

/** The number `value`, or a `USAGE` error saying which option it was and what is allowed. Infinity and NaN are refused. */
export function numberOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  if (!Number.isFinite(value) || value < low || value > high) refuse(name, value, `a number ${range(low, high)}`);
  return value;
}

/** Like {@link numberOption}, for whole numbers. */
export function integerOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  if (!Number.isInteger(value) || value < low || value > high)
    refuse(name, value, `a whole number ${range(low, high)}`);
  return value;
}

/** The word `value`, where it is one of `allowed`. */
export function choiceOption<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) refuse(name, value, `one of ${allowed.map((word) => `'${word}'`).join(', ')}`);
  return value;
}

function refuse(name: string, value: unknown, allowed: string): never {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  throw new IrisflowError('USAGE', `option ${name} is ${shown}: it must be ${allowed}`);
}

function range(low: number, high: number): string {
  return high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`;
}
