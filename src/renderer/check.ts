/** Checks the renderer's options and arguments; errors name the option and the allowed values. */
import { IrisflowError } from '../errors.js';

/** Returns the value where it is a number in the range; throws `USAGE` otherwise. */
export function within(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw wrong(name, value, `a number from ${min} to ${max}`);
}

/** Returns the value where it is a whole number in the range; throws `USAGE` otherwise. */
export function whole(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw wrong(name, value, `a whole number ${min === Number.MIN_SAFE_INTEGER ? '' : range}`.trim());
}

/** Returns the value where it is one of `allowed`; throws `USAGE` otherwise. */
export function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw wrong(name, value, `one of ${allowed.join(', ')}`);
}

/** The error for a wrong option value. */
export function wrong(name: string, value: unknown, allowed: string): IrisflowError {
  return new IrisflowError('USAGE', `${name} must be ${allowed}, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
