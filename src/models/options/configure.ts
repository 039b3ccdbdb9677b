/** Makes a recipe's configuration from a preset and overrides, and checks it. */
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
  /** All options except `recipe` and `preset`. */
  readonly options: R;
}

/** The configuration of a recipe: a value for each of these options, and `recipe` and `preset`. */
export type ConfigOf<R> = RecipeConfig & { readonly [K in keyof R]: ValueOf<R[K]> };

/** The value of an option in a preset. */
export function valueIn<T>({ default: value, presets }: DefaultedOption<T>, preset: string): T {
  return presets !== undefined && Object.hasOwn(presets, preset) ? (presets[preset] as T) : value;
}

/**
 * Makes a full configuration from a preset and overrides. Options that are `undefined` take the preset's value. Former names of options and
 * presets are accepted. Throws `USAGE`, which names the option, its value and what is allowed.
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
    // The overrides may be a whole configuration. The recipe and preset of the call then apply, not those in it.
    if (name === 'recipe' || name === 'preset') continue;
    if (!Object.hasOwn(options, name)) throw unknownOption(recipe, name, Object.keys(options));
    if (value !== undefined) config[name] = value;
  }
  Object.assign(config, { recipe, preset });
  for (const [name, declared] of Object.entries(options)) checkOption(name, declared, config[name], config);
  return config as ConfigOf<R>;
}

/** Checks and completes a configuration that was read from JSON. Throws `USAGE` as {@link configured} does. */
export function parsed<R>(table: RecipeOptions<R>, config: RecipeConfig): ConfigOf<R> {
  const { recipe, preset, ...rest } = config;
  if (recipe !== table.recipe) throw refusal('recipe', recipe, `'${table.recipe}'`);
  return configured(table, preset, rest);
}

/** The names of the options that decide what a checkpoint of the recipe holds. */
export function fixedOptions({ options }: { readonly options: object }): readonly string[] {
  const own = Object.entries(options as DefaultedRecord).filter(([, { fixed }]) => fixed);
  return ['recipe', 'preset', ...own.map(([name]) => name)];
}
