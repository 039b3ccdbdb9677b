import { describe, expect, it } from 'vitest';

import { configureSimgan, parseSimganConfig, SIMGAN_PRESETS } from '../../src/models/simgan-options.js';

describe('configureSimgan', () => {
  it('gives every preset in full, as JSON that reads back', () => {
    expect(SIMGAN_PRESETS).toEqual(['live', 'paper', 'dcgan-autoencoder', 'paper-hands']);
    for (const preset of SIMGAN_PRESETS) {
      const config = configureSimgan(preset);
      const side = preset === 'paper-hands' ? 224 : 64;
      expect(config).toMatchObject({ recipe: 'simgan', preset, width: side, height: side, seed: 1 });
      expect(parseSimganConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  it('decides the phases by preset', () => {
    expect(configureSimgan('live')).toMatchObject({ kG: 1, kD: 1, pretrainRefiner: 0, pretrainDiscriminator: 0 });
    expect(configureSimgan('paper')).toMatchObject({ kG: 2, kD: 1, pretrainRefiner: 1000, pretrainDiscriminator: 200 });
    expect(configureSimgan('dcgan-autoencoder')).toMatchObject({ pretrainRefiner: 2000, pretrainDiscriminator: 200 });
    expect(configureSimgan('paper-hands')).toMatchObject({
      ...{ kG: 2, pretrainRefiner: 1000, pretrainDiscriminator: 200 },
      ...{ refinerFilters: 64, refinerBlocks: 10, discriminatorFilters: 96 },
    });
  });

  it("keeps the paper's self-regularisation and step sizes in its preset", () => {
    const plain = { tone: 'kept', structure: 0, irisWeight: 0, toneMatch: 0, detailMatch: 0, discriminatorLrScale: 1 };
    expect(configureSimgan('paper')).toMatchObject(plain);
    expect(configureSimgan('dcgan-autoencoder')).toMatchObject(plain);
    const live = {
      tone: 'free',
      structure: 12,
      irisWeight: 6,
      toneMatch: 100,
      detailMatch: 30,
      discriminatorLrScale: 4,
    };
    expect(configureSimgan('live')).toMatchObject(live);
  });

  it('takes overrides, and defaults where they are undefined', () => {
    expect(configureSimgan('paper', { width: 55, height: 35, lambda: 1, batch: undefined })).toMatchObject({
      width: 55,
      height: 35,
      lambda: 1,
      batch: 16,
    });
  });

  it.each([
    ['lamda', 1, /has no option lamda .did you mean lambda.*; its options are.*lambda/],
    ['lambda', -1, /option lambda is -1: it must be a number from 0/],
    ['lambda', Number.NaN, /option lambda/],
    ['lambda', '1', /option lambda is '1'/],
    ['kG', 0, /option kG is 0: it must be a whole number from 1 to 100/],
    ['kD', 1.5, /option kD/],
    ['batch', 0, /option batch/],
    ['historySize', 3, /option historySize is 3: it must be 0, or a whole number from 8/],
    ['optimiser', 'rmsprop', /option optimiser is 'rmsprop': it must be one of adam, sgd/],
    ['discriminatorOutput', 'whole', /one of patch, image/],
    ['objective', 'wgan', /'wgan': it must be one of minimax, non-saturating, least-squares, hinge, wasserstein-gp/],
    ['objective', 'toString', /option objective/],
    ['labelSmoothing', 0.5, /option labelSmoothing is 0.5: it must be a number from 0 to 0.49/],
    ['labelSmoothing', -0.1, /option labelSmoothing/],
    ['spectralNorm', 1, /option spectralNorm is 1: it must be true or false/],
    ['width', 62, /option width is 62: it must be a multiple of 4 from 24/],
    ['height', 8, /option height/],
    ['width', 2048, /option width/],
    ['seed', 0.5, /option seed is 0.5: it must be a whole number/],
    ['learningRate', 0, /option learningRate/],
    ['discriminatorLrScale', 0, /option discriminatorLrScale/],
    ['tone', 'grey', /option tone is 'grey': it must be one of free, kept/],
    ['irisWeight', -1, /option irisWeight is -1: it must be a number from 0/],
    ['toneMatch', -1, /option toneMatch is -1: it must be a number from 0/],
    ['detailMatch', -1, /option detailMatch is -1: it must be a number from 0/],
    ['structure', -1, /option structure is -1: it must be a number from 0/],
    ['emaDecay', 1, /option emaDecay is 1: it must be a number from 0 to 0.99999/],
    ['recipe', 'other', /./],
    ['__proto__', 1, /./],
    ['toString', 1, /option toString/],
  ])('refuses %s: %s', (name, value, message) => {
    const overrides = Object.fromEntries([[name, value]]);
    if (name === 'recipe')
      expect(() => parseSimganConfig({ ...configureSimgan('live'), ...overrides })).toThrow(/recipe/);
    else
      expect(() => configureSimgan('live', overrides)).toThrow(
        expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
      );
  });

  it('smooths labels only where the objective has some', () => {
    for (const objective of ['minimax', 'non-saturating', 'least-squares'])
      expect(configureSimgan('live', { objective, labelSmoothing: 0.1 }).labelSmoothing).toBe(0.1);
    for (const objective of ['hinge', 'wasserstein-gp']) {
      expect(configureSimgan('live', { objective }).labelSmoothing).toBe(0);
      for (const overrides of [
        { objective, labelSmoothing: 0.1 },
        { labelSmoothing: 0.1, objective },
      ])
        expect(() => configureSimgan('live', overrides)).toThrow(
          expect.objectContaining({
            code: 'USAGE',
            message: `option labelSmoothing is 0.1: it must be 0 with objective ${objective}, which has no labels to smooth`,
          }),
        );
    }
  });

  it('plays by default for what the SimGAN paper plays for', () => {
    expect(configureSimgan('live')).toMatchObject({
      objective: 'non-saturating',
      labelSmoothing: 0,
      spectralNorm: false,
    });
  });

  it('refuses an unknown preset', () => {
    expect(() => configureSimgan('fast')).toThrow(
      /preset is 'fast': it must be one of live, paper, dcgan-autoencoder, paper-hands/,
    );
    expect(() => configureSimgan('toString')).toThrow(/preset/);
  });

  it('knows the limits of each network', () => {
    expect(() => configureSimgan('dcgan-autoencoder', { width: 40 })).toThrow(/multiple of 16 from 32/);
    expect(() => configureSimgan('dcgan-autoencoder', { refinerBlocks: 2 })).toThrow(/refinerBlocks/);
    expect(configureSimgan('paper', { width: 55 }).width).toBe(55);
  });

  it('refuses so many refiner updates a step that batch norm would collapse', () => {
    expect(() => configureSimgan('dcgan-autoencoder', { kG: 9 })).toThrow(
      /kG is 9: it must be at most 8 in preset dcgan-autoencoder, whose batch norm/,
    );
    expect(configureSimgan('paper', { kG: 50 }).kG).toBe(50);
  });

  it('takes a history of nothing', () => expect(configureSimgan('live', { historySize: 0 }).historySize).toBe(0));
});
