/** Checks the values of options. All wrong values are refused with the same form of message. */
import { closestMatch } from 'leven';
import * as v from 'valibot';
import { IrisflowError } from '../errors.js';
import { type Kind, shown } from './kinds.js';
import type { Given, Option, OptionRecord, OptionValues, Resolved } from './option.js';

/** Largest edit distance between an unknown name and the option that is proposed. */
const MAX_DISTANCE = 3;

/**
 * Returns the value where it is of the kind. Throws `USAGE` with the option's name, the value and the allowed values. `written` is the
 * value in the form in which the user wrote it.
 */
export function checked<T>(name: string, value: unknown, kind: Kind<T>, written = value): T {
  const result = v.safeParse(kind, value);
  if (result.success) return result.output;
  throw refusal(name, written, result.issues[0].message);
}

/** The error for a wrong value: `option NAME is VALUE: it must be …`. */
export function refusal(name: string, value: unknown, allowed: string): IrisflowError {
  return new IrisflowError('USAGE', `option ${name} is ${shown(value)}: it must be ${allowed}`);
}

/** The error for an unknown option name. `owner` names the function, command or recipe that has the options. */
export function unknownOption(owner: string, name: string, known: readonly string[]): IrisflowError {
  const near = closestMatch(name, known, { maxDistance: MAX_DISTANCE });
  const proposal = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new IrisflowError('USAGE', `${owner} has no option ${name}${proposal}; its options are ${known.join(', ')}`);
}

/** Checks one value against its declaration and the other values. Throws `USAGE`. */
export function checkOption<T>(name: string, declared: Option<T>, value: unknown, values: OptionValues = {}): T {
  const valid = checked(name, value, declared.is);
  const allowed = declared.fits?.(valid, values);
  if (allowed !== undefined) throw refusal(name, value, allowed);
  return valid;
}

/**
 * Checks the options of a call and fills in their defaults. An option that is `undefined` counts as not given. `owner` names the function,
 * command or recipe that has the options, for the message. Throws `USAGE` where a name is unknown or a value is not allowed.
 */
export function resolveOptions<R extends object>(owner: string, options: R, given: Given<R>): Resolved<R> {
  const declared = options as unknown as OptionRecord;
  const values: Record<string, unknown> = {};
  for (const [name, { default: value }] of Object.entries(declared)) values[name] = value;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(declared, name)) throw unknownOption(owner, name, Object.keys(declared));
    if (value !== undefined) values[name] = value;
  }
  for (const [name, one] of Object.entries(declared)) {
    if (values[name] !== undefined || one.required) values[name] = checkOption(name, one, values[name], values);
  }
  return values as Resolved<R>;
}
