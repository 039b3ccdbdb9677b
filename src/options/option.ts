/** An option, declared once: its type, check, default, help and effect all come from here. */
import type { Kind } from './kinds.js';

/** The values of all options, for limits that depend on another one. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** The declaration of an option. Its name is its key in the record of all options. */
export interface Option<T> {
  /** Which values it takes: a kind such as `number(0, 1)`, or any valibot schema with a `description`. */
  readonly is: Kind<T>;
  /** What it does, in whole sentences. */
  readonly help: string;
  /** Its value where nobody gives one. */
  readonly default?: NoInfer<T>;
  /** The default in words, where it depends on something. */
  readonly defaultWords?: string;
  /** What stands for its value in the help of the command line, for example `dir`. */
  readonly placeholder?: string;
  /** Whether it must be given. Default false. */
  readonly required?: boolean;
  /** Its default in presets that differ, by preset. */
  readonly presets?: Readonly<Record<string, NoInfer<T>>>;
  /** Whether it decides what a checkpoint holds, so that it cannot change within a run. Default false. */
  readonly fixed?: boolean;
  /** What is allowed beside the other options, in words, where the value does not fit them. */
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

/** What a caller gives of these options. */
export type Given<R> = {
  readonly [K in keyof R as R[K] extends RequiredOption<unknown> ? K : never]: ValueOf<R[K]>;
} & {
  readonly [K in keyof R as R[K] extends RequiredOption<unknown> ? never : K]?: ValueOf<R[K]>;
};

/** What these options come to: required ones and those with a default always have a value. */
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

/** Options and more of them; later ones of the same name take the place of earlier ones. */
export function withOptions<B extends object, O extends OptionRecord>(base: B, more: O): B & O {
  return { ...base, ...more };
}
