/** Checks of options and arguments: what is wrong is named, with what is allowed. */
import { IrisflowError } from '../errors.js';

/** The value, where it is a number in the range; throws `USAGE` otherwise. */
export function within(name: string, value: number, least: number, greatest: number): number {
  if (typeof value === 'number' && value >= least && value <= greatest) return value;
  throw wrong(name, value, `a number from ${least} to ${greatest}`);
}

/** The value, where it is a whole number in the range; throws `USAGE` otherwise. */
export function whole(name: string, value: number, least: number, greatest = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= greatest) return value;
  const range = greatest === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${greatest}`;
  throw wrong(name, value, `a whole number ${least === Number.MIN_SAFE_INTEGER ? '' : range}`.trim());
}

/** The value, where it is one of those allowed; throws `USAGE` otherwise. */
export function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw wrong(name, value, `one of ${allowed.join(', ')}`);
}

/** The error for a wrong option. */
export function wrong(name: string, value: unknown, allowed: string): IrisflowError {
  return new IrisflowError('USAGE', `${name} must be ${allowed}, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
