import { describe, expect, it } from 'vitest';
import {
  type AdversarialConfig,
  adversarialDefinition,
  adversarialOptions,
  defineRecipe,
  pictureSize,
  picturesInput,
  type RefiningDefinition,
  type TrainingDefinition,
  xOf,
} from '../../../src/models/index.js';
import { liveDiscriminator, liveRefiner } from '../../../src/models/networks/live.js';
import { reference } from '../tiny.js';

const training = (config: AdversarialConfig): TrainingDefinition =>
  adversarialDefinition(config, {
    generator: liveRefiner({ filters: 2, blocks: 1 }),
    discriminator: liveDiscriminator({ filters: 2 }),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    generate: (apply, inputs) => apply('generator', xOf(inputs)),
    discriminate: (apply, pictures) => apply('discriminator', pictures),
  });

const options = { ...adversarialOptions({ batch: 2 }), ...pictureSize({ step: 4, least: 24, default: 24 }) };

const OWN: RefiningDefinition<typeof options> = {
  name: 'own',
  description: 'a recipe of a user',
  learnsFrom: 'unpaired',
  keepsPicture: true,
  control: 'inputs',
  presets: ['small'],
  options,
  training,
  refine: (apply, x) => apply('generator', x),
};

describe('a recipe of a user', () => {
  it('must declare its presets, options and training', () => {
    const { options: _options, training: _training, ...rest } = OWN;
    expect(() => defineRecipe({ ...rest, presets: {} } as never)).toThrow(
      'the recipe own must declare presets, a list of names; options, its declared options; training, a function',
    );
  });

  it('must declare its control', () => {
    const { control: _control, ...undeclared } = OWN;
    expect(() => defineRecipe(undeclared as typeof OWN)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(/own declares the control undefined.*inputs/),
      }),
    );
  });

  it('says which update or network its definition names but does not have', async () => {
    const started = (change: (definition: TrainingDefinition) => TrainingDefinition) => {
      const recipe = defineRecipe({ ...OWN, training: (config) => change(training(config)) });
      return recipe.createTraining(reference, recipe.configure('small', { checkEvery: 0 }));
    };
    await (await started((definition) => definition)).dispose();
    await expect(
      started((definition) => ({ ...definition, schedule: { ...definition.schedule, generator: 'refiner' } })),
    ).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/no update refiner; it has generator/) });
    const renamed = ({ networks, ...rest }: TrainingDefinition) => ({
      ...rest,
      networks: { critic: networks.discriminator! },
    });
    await expect(started(renamed)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/no network generator/),
    });
  });

  it('frees what it opened for training with the training, and where training cannot start', async () => {
    let open = 0;
    const opened = { dispose: () => open-- };
    const recipe = defineRecipe<typeof options, typeof opened>({
      ...OWN,
      async open() {
        open++;
        return opened;
      },
      training: (config, given) => {
        if (given !== undefined && config.seed === 2) throw new Error('no');
        return training(config);
      },
    });
    const start = (seed: number) =>
      recipe.createTraining(reference, recipe.configure('small', { checkEvery: 0, seed }));
    const running = await start(1);
    expect(open).toBe(1);
    await running.dispose();
    expect(open).toBe(0);
    await expect(start(2)).rejects.toThrow('no');
    expect(open).toBe(0);
  });
});
