/** The declaration of an option, from which its type, check, default, help and reference are derived. */
import type { Kind } from './kinds.js';

/** The values of all options, for limits that depend on another option. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** The declaration of an option. Its name is its key in the record of all options. */
export interface Option<T> {
  /** The allowed values: a kind such as `number(0, 1)`, or any valibot schema with a `description`. */
  readonly is: Kind<T>;
  /** What the option does, in whole sentences. */
  readonly help: string;
  /** Its value where none is given. */
  readonly default?: NoInfer<T>;
  /** The default in words, where it depends on other options or on the run. */
  readonly defaultWords?: string;
  /** The placeholder of its value in the help of the command line, for example `dir`. */
  readonly placeholder?: string;
  /** Whether it must be given. Default false. */
  readonly required?: boolean;
  /** Its default in presets where it differs, by preset. */
  readonly presets?: Readonly<Record<string, NoInfer<T>>>;
  /** Whether the content of a checkpoint depends on it, so that it cannot change within a run. Default false. */
  readonly fixed?: boolean;
  /** Checks the value against the other options. Returns the allowed values in words where it does not fit them, else `undefined`. */
  fits?(value: NoInfer<T>, values: OptionValues): string | undefined;
}

/** An option that always has a value. */
export interface DefaultedOption<T> extends Option<T> {
  readonly default: NoInfer<T>;
}

/** An option that must be given. */
export interface RequiredOption<T> extends Option<T> {
  readonly required: true;
}

/** Options by name. */
export type OptionRecord = Readonly<Record<string, Option<unknown>>>;

/** Options by name, all of which have a default. */
export type DefaultedRecord = Readonly<Record<string, DefaultedOption<unknown>>>;

/** The type of an option's values. */
export type ValueOf<O> = O extends Option<infer T> ? T : never;

/** The type of the values that a caller gives for these options. */
export type Given<R> = {
  readonly [K in keyof R as R[K] extends RequiredOption<unknown> ? K : never]: ValueOf<R[K]>;
} & {
  readonly [K in keyof R as R[K] extends RequiredOption<unknown> ? never : K]?: ValueOf<R[K]>;
};

/** The type of the values after the defaults are filled in: required options and those with a default always have a value. */
export type Resolved<R> = {
  readonly [K in keyof R]: R[K] extends DefaultedOption<infer T> | RequiredOption<infer T>
    ? T
    : ValueOf<R[K]> | undefined;
};

/** Declares an option: the type of its values is inferred. */
export function option<T>(declared: DefaultedOption<T>): DefaultedOption<T>;
export function option<T>(declared: RequiredOption<T>): RequiredOption<T>;
export function option<T>(declared: Option<T>): Option<T>;
export function option<T>(declared: Option<T>): Option<T> {
  return declared;
}

/** Adds options to others. An added option replaces one of the same name. */
export function withOptions<B extends object, O extends OptionRecord>(base: B, more: O): B & O {
  return { ...base, ...more };
}
