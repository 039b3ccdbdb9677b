/** Former names of options, their values and presets, so that old run folders and command lines still work. */
import type { RecipeConfig } from '../types.js';

type Names = Readonly<Record<string, string>>;

/** Renamed words of a recipe, from the former name to the present one. */
interface Renamed {
  readonly options: Names;
  /** By the present name of the option. */
  readonly values?: Readonly<Record<string, Names>>;
  readonly presets?: Names;
}

/** Options that were renamed in all recipes, including those of users. */
const COMMON: Names = { averaging: 'emaDecay', discriminatorPace: 'discriminatorLrScale' };

const FILTERS: Names = { maps: 'filters' };
const DISCRIMINATOR_FILTERS: Names = { discriminatorMaps: 'discriminatorFilters' };

/** What else was renamed, by recipe. */
const RENAMED: Readonly<Record<string, Renamed>> = {
  simgan: {
    options: {
      ...DISCRIMINATOR_FILTERS,
      refinerMaps: 'refinerFilters',
      loss: 'discriminatorOutput',
      eyes: 'irisWeight',
    },
    values: { discriminatorOutput: { local: 'patch', global: 'image' } },
    presets: { seed: 'dcgan-autoencoder' },
  },
  dcgan: { options: FILTERS },
  cgan: { options: FILTERS },
  pix2pix: { options: FILTERS },
  cyclegan: { options: { ...DISCRIMINATOR_FILTERS, generatorMaps: 'generatorFilters' } },
  saliency: { options: { ...FILTERS, ...DISCRIMINATOR_FILTERS } },
  frontalise: { options: { ...FILTERS, ...DISCRIMINATOR_FILTERS } },
  srgan: { options: { ...FILTERS, ...DISCRIMINATOR_FILTERS } },
};

/** Returns options under their present names. Where a former and a present name stand for the same option, the later one counts. */
export function currentOptions(recipe: string, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { options: renamed = {}, values = {} } = renamedIn(recipe);
  const names = { ...COMMON, ...renamed };
  const entries = Object.entries(options).map(([former, value]) => {
    const name = lookUp(names, former);
    return [
      name,
      typeof value === 'string' && Object.hasOwn(values, name) ? lookUp(values[name] as Names, value) : value,
    ];
  });
  return Object.fromEntries(entries);
}

/** Returns the present name of a preset. */
export function currentPreset(recipe: string, preset: string): string {
  return lookUp(renamedIn(recipe).presets ?? {}, preset);
}

/** Returns the former names of a preset, the newest first. */
export function formerPresets(recipe: string, preset: string): readonly string[] {
  return Object.entries(renamedIn(recipe).presets ?? {}).flatMap(([former, name]) => (name === preset ? [former] : []));
}

/** Returns a configuration under the present names, in the order of its entries. */
export function currentConfig<C extends RecipeConfig>(config: C): C {
  const { recipe, preset } = config;
  return { ...currentOptions(recipe, config), preset: currentPreset(recipe, preset) } as C;
}

function renamedIn(recipe: string): Partial<Renamed> {
  return Object.hasOwn(RENAMED, recipe) ? (RENAMED[recipe] as Renamed) : {};
}

function lookUp(names: Names, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] as string) : name;
}
