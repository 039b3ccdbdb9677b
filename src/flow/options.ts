/** Checks single option values of operators, in the words of all options. */
import { checked } from '../options/check.js';
import { integer, number, oneOf } from '../options/kinds.js';

/** The number `value`, or a `USAGE` error saying which option it was and what is allowed. Infinity and NaN are refused. */
export function numberOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  return checked(name, value, number(low, high));
}

/** Like {@link numberOption}, for whole numbers. */
export function integerOption(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): number {
  return checked(name, value, integer(low, high));
}

/** The word `value`, where it is one of `allowed`. */
export function choiceOption<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  return checked(name, value, oneOf(...allowed));
}
