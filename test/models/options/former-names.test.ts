import { describe, expect, it } from 'vitest';
import {
  currentConfig,
  currentOptions,
  currentPreset,
  formerPresets,
} from '../../../src/models/options/former-names.js';
import { recipeNamed, recipes } from '../../../src/models/registry.js';

/** Every renamed option: its recipe, its former name, its present one, and a value. */
type Renaming = readonly [recipe: string, former: string, present: string, value: number];

const RENAMED: readonly Renaming[] = [
  ...recipes.flatMap(({ name }): Renaming[] => [
    [name, 'averaging', 'emaDecay', 0.5],
    [name, 'discriminatorPace', 'discriminatorLrScale', 3],
  ]),
  ['simgan', 'eyes', 'irisWeight', 2],
  ['simgan', 'refinerMaps', 'refinerFilters', 5],
  ['simgan', 'discriminatorMaps', 'discriminatorFilters', 6],
  ['dcgan', 'maps', 'filters', 7],
  ['cgan', 'maps', 'filters', 7],
  ['pix2pix', 'maps', 'filters', 7],
  ['cyclegan', 'generatorMaps', 'generatorFilters', 8],
  ['cyclegan', 'discriminatorMaps', 'discriminatorFilters', 6],
  ['saliency', 'maps', 'filters', 7],
  ['saliency', 'discriminatorMaps', 'discriminatorFilters', 6],
  ['frontalise', 'maps', 'filters', 7],
  ['frontalise', 'discriminatorMaps', 'discriminatorFilters', 6],
  ['srgan', 'maps', 'filters', 7],
  ['srgan', 'discriminatorMaps', 'discriminatorFilters', 6],
];

describe('former names of options', () => {
  it.each(RENAMED)('%s: %s is %s', (name, former, present, value) => {
    const recipe = recipeNamed(name);
    const preset = recipe.presets[0] as string;
    const config = recipe.configure(preset, { [former]: value });
    expect(config).toMatchObject({ [present]: value });
    expect(config).not.toHaveProperty(former);
    expect(config).toEqual(recipe.configure(preset, { [present]: value }));
    const { [present]: _, ...rest } = config;
    expect(currentConfig({ ...rest, [former]: value } as typeof config)).toEqual(config);
  });

  it.each([
    ['local', 'patch'],
    ['global', 'image'],
  ])('simgan: loss %s is discriminatorOutput %s', (former, present) => {
    expect(currentOptions('simgan', { loss: former })).toEqual({ discriminatorOutput: present });
    expect(recipeNamed('simgan').configure('live', { loss: former })).toMatchObject({ discriminatorOutput: present });
  });

  it('simgan: the preset seed is dcgan-autoencoder', () => {
    const { configure } = recipeNamed('simgan');
    expect(configure('seed', {})).toEqual(configure('dcgan-autoencoder', {}));
    expect(currentPreset('dcgan', 'seed')).toBe('seed');
    expect(formerPresets('simgan', 'dcgan-autoencoder')).toEqual(['seed']);
    const now = configure('dcgan-autoencoder', {});
    expect(currentConfig({ ...now, preset: 'seed' })).toEqual(now);
  });

  it('of a recipe of a user are those that all recipes share', () => {
    const options = { averaging: 0, maps: 3 };
    expect(currentOptions('/somewhere/mine.mjs', options)).toEqual({ emaDecay: 0, maps: 3 });
  });

  it('give way to what is asked for later, under either name', () => {
    expect(currentOptions('simgan', { emaDecay: 0.9, averaging: 0 })).toEqual({ emaDecay: 0 });
    expect(currentOptions('simgan', { averaging: 0, emaDecay: 0.9 })).toEqual({ emaDecay: 0.9 });
  });

  it('leave present configurations as they are', () => {
    for (const recipe of recipes) {
      for (const preset of recipe.presets) {
        const config = recipe.configure(preset, {});
        expect(currentConfig(config)).toEqual(config);
      }
    }
  });
});
