/** Checks single option values of operators, in the words of all options. */
import { checked } from '../options/check.js';
import { integer, number, oneOf } from '../options/kinds.js';

/** Returns the number `value`, or throws `USAGE` with the option's name and the allowed range. Infinity and NaN are refused. */
export function numberOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  return checked(name, value, number(low, high));
}

/** {@link numberOption} for whole numbers. */
export function integerOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  return checked(name, value, integer(low, high));
}

/** Returns `value` where it is one of `allowed`; throws `USAGE` otherwise. */
export function choiceOption<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  return checked(name, value, oneOf(...allowed));
}
