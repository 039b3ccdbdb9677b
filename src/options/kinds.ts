/** What the value of an option may be: valibot schemas whose message, and description, is what is allowed, in words. */
import * as v from 'valibot';

/** The values of an option: a schema that accepts them, and says in words which they are. */
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

/** A text that is not empty, for example the name of a file; `words` say of what. */
export function text(words = 'a text that is not empty'): Kind<string> {
  return v.pipe(v.string(words), v.nonEmpty(words), v.description(words));
}

/** A side of a picture: a multiple of `step`, from `low` to 1024 pixels. */
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

/** Different names, so many at least and at most; `what` they are names of. */
export function names(what: string, least: number, most: number): Kind<readonly string[]> {
  const words = `${least} to ${most} different ${what}`;
  const different = (given: string[]) => new Set(given).size === given.length;
  return v.pipe(
    v.array(v.pipe(v.string(words), v.nonEmpty(words)), words),
    v.minLength(least, words),
    v.maxLength(most, words),
    v.check(different, words),
    v.description(words),
  );
}

/** The values that are allowed, in words, for example `a number from 0 to 1`. */
export function wordsOf(kind: Kind<unknown>): string {
  return v.getDescription(kind) ?? 'of another kind';
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 100)}'`;
  const written = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return written.slice(0, 100);
}

function range(low: number, high: number): string {
  if (high !== Number.POSITIVE_INFINITY) return `from ${low} to ${high}`;
  return low === Number.MIN_SAFE_INTEGER ? '' : `of at least ${low}`;
}
