/** The kinds of values of options: valibot schemas whose message and description say in words what is allowed. */
import * as v from 'valibot';

/** A schema for the values of an option, with a description of the allowed values. */
export type Kind<T> = v.GenericSchema<unknown, T>;

/** A number within bounds. Infinity and NaN are refused. */
export function number(low: number, high = Number.POSITIVE_INFINITY): Kind<number> {
  const words = `a number ${range(low, high)}`;
  return v.pipe(
    v.number(words),
    v.finite(words),
    v.minValue(low, words),
    v.maxValue(high, words),
    v.description(words),
  );
}

/** A whole number within bounds. */
export function integer(low = Number.MIN_SAFE_INTEGER, high = Number.POSITIVE_INFINITY): Kind<number> {
  const words = `a whole number ${range(low, high)}`.trimEnd();
  return v.pipe(
    v.number(words),
    v.integer(words),
    v.minValue(low, words),
    v.maxValue(high, words),
    v.description(words),
  );
}

/** One of these words or numbers. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Kind<T> {
  const numbers = allowed.every((value) => typeof value === 'number');
  const words = numbers ? allowed.join(' or ') : `one of ${allowed.join(', ')}`;
  return v.pipe(v.picklist(allowed, words), v.description(words));
}

/** True or false. */
export const toggle: Kind<boolean> = v.pipe(v.boolean('true or false'), v.description('true or false'));

/** A text that is not empty, for example the name of a file. `words` describe it. */
export function text(words = 'a text that is not empty'): Kind<string> {
  return v.pipe(v.string(words), v.nonEmpty(words), v.description(words));
}

/** The width or height of a picture: a multiple of `step`, from `low` to 1024 pixels. */
export function side(step: number, low: number): Kind<number> {
  const words = step === 1 ? `a whole number ${range(low, 1024)}` : `a multiple of ${step} ${range(low, 1024)}`;
  return v.pipe(
    v.number(words),
    v.integer(words),
    v.multipleOf(step, words),
    v.minValue(low, words),
    v.maxValue(1024, words),
    v.description(words),
  );
}

/** A list of `minCount` to `maxCount` different names. `what` describes the names, in the plural. */
export function names(what: string, minCount: number, maxCount: number): Kind<readonly string[]> {
  const words = `${minCount} to ${maxCount} different ${what}`;
  const different = (list: string[]) => new Set(list).size === list.length;
  return v.pipe(
    v.array(v.pipe(v.string(words), v.nonEmpty(words)), words),
    v.minLength(minCount, words),
    v.maxLength(maxCount, words),
    v.check(different, words),
    v.description(words),
  );
}

/** The allowed values in words, for example `a number from 0 to 1`. */
export function wordsOf(kind: Kind<unknown>): string {
  return v.getDescription(kind) ?? 'of another kind';
}

/** A value as text for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 100)}'`;
  const written = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return written.slice(0, 100);
}

function range(low: number, high: number): string {
  if (high !== Number.POSITIVE_INFINITY) return `from ${low} to ${high}`;
  return low === Number.MIN_SAFE_INTEGER ? '' : `of at least ${low}`;
}
