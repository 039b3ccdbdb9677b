/** From a recipe's options to a configuration: the values of a preset, what is asked for, and the check of all. */
import { checked, checkOption, refusal, unknownOption } from '../../options/check.js';
import { oneOf } from '../../options/kinds.js';
import type { DefaultedOption, DefaultedRecord, ValueOf } from '../../options/option.js';
import type { RecipeConfig } from '../types.js';
import { currentOptions, currentPreset } from './former-names.js';

/** A recipe's options and presets. */
export interface RecipeOptions<R = DefaultedRecord> {
  readonly recipe: string;
  /** The default preset first. */
  readonly presets: readonly string[];
  /** All options but `recipe` and `preset`. */
  readonly options: R;
}

/** The configuration of a recipe with these options: a value for each, and `recipe` and `preset`. */
export type ConfigOf<R> = RecipeConfig & { readonly [K in keyof R]: ValueOf<R[K]> };

/** An option's value in a preset. */
export function valueIn<T>({ default: value, presets }: DefaultedOption<T>, preset: string): T {
  return presets !== undefined && Object.hasOwn(presets, preset) ? (presets[preset] as T) : value;
}

/**
 * A full configuration from a preset and overrides. Options that are `undefined` take the preset's value; former names of options and
 * presets are understood. Throws `USAGE`, naming the option, its value and what is allowed.
 */
export function configured<R>(
  { recipe, presets, options: declarations }: RecipeOptions<R>,
  wantedPreset: string,
  overrides: Readonly<Record<string, unknown>>,
): ConfigOf<R> {
  const preset = checked('preset', currentPreset(recipe, wantedPreset), oneOf(...presets));
  const options = declarations as DefaultedRecord;
  const config: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(options)) config[name] = valueIn(declared, preset);
  for (const [name, value] of Object.entries(currentOptions(recipe, overrides))) {
    // A configuration may be given as it is; its recipe and preset are those of the call.
    if (name === 'recipe' || name === 'preset') continue;
    if (!Object.hasOwn(options, name)) throw unknownOption(recipe, name, Object.keys(options));
    if (value !== undefined) config[name] = value;
  }
  Object.assign(config, { recipe, preset });
  for (const [name, declared] of Object.entries(options)) checkOption(name, declared, config[name], config);
  return config as ConfigOf<R>;
}

/** Checks a configuration that was written as JSON, and completes it. Throws `USAGE` like {@link configured}. */
export function parsed<R>(table: RecipeOptions<R>, config: RecipeConfig): ConfigOf<R> {
  const { recipe, preset, ...rest } = config;
  if (recipe !== table.recipe) throw refusal('recipe', recipe, `'${table.recipe}'`);
  return configured(table, preset, rest);
}

/** Options that decide what a checkpoint of a recipe holds. */
export function fixedOptions({ options }: { readonly options: object }): readonly string[] {
  const own = Object.entries(options as DefaultedRecord).filter(([, { fixed }]) => fixed);
  return ['recipe', 'preset', ...own.map(([name]) => name)];
}
