/** Checks option values and throws `USAGE` errors of one form. */
import { IrisflowError } from '../errors.js';

/** Returns the number `value`, or throws `USAGE` with the option's name and the allowed range. Infinity and NaN are refused. */
export function numberOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  if (!Number.isFinite(value) || value < low || value > high) refuse(name, value, `a number ${range(low, high)}`);
  return value;
}

/** {@link numberOption} for whole numbers. */
export function integerOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  if (!Number.isInteger(value) || value < low || value > high)
    refuse(name, value, `a whole number ${range(low, high)}`);
  return value;
}

/** Returns `value` where it is one of `allowed`; throws `USAGE` otherwise. */
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
