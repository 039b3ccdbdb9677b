import { describe, expect, it } from 'vitest';
import { ABLATION_NAMES } from '../../../src/evaluation/gaze-experiment/options.js';
import { ablationsOf, planOf } from '../../../src/evaluation/gaze-experiment/plan.js';

const output = 'somewhere';

describe('planOf', () => {
  it('plans more pictures and steps for more minutes, within bounds', () => {
    expect(planOf({ output })).toEqual({
      preset: 'live',
      size: 64,
      pictures: 2000,
      testPictures: 500,
      gazeSteps: 1000,
      classifiers: true,
      minutes: 10,
    });
    expect(planOf({ output, minutes: 0.5 })).toMatchObject({ pictures: 400, gazeSteps: 300 });
    expect(planOf({ output, minutes: 1000 })).toMatchObject({ pictures: 6000, gazeSteps: 4000 });
  });

  it('accepts steps instead of minutes', () => {
    const plan = planOf({ output, steps: 700, pictures: 500 });
    expect(plan).toMatchObject({ steps: 700, pictures: 500 });
    expect(plan).not.toHaveProperty('minutes');
  });
});

describe('ablationsOf', () => {
  it('names every variant once, and none that is the main run itself', () => {
    const variants = ablationsOf(planOf({ output }), ABLATION_NAMES);
    const names = variants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        'camera',
        'history-off',
        'loss-global',
        'lambda-0.1',
        'tone-match-off',
        'updates-2-1',
        'preset-paper',
        'preset-dcgan-autoencoder',
      ]),
    );
    expect(names).not.toContain('preset-live');
    const groups = new Set(variants.map(({ group }) => group));
    expect([...groups]).toEqual([...ABLATION_NAMES]);
    expect(
      ablationsOf(planOf({ output, preset: 'paper' }), ['presets', 'terms', 'updates']).map(({ name }) => name),
    ).toEqual(['preset-live', 'preset-dcgan-autoencoder', 'updates-1-1', 'updates-1-2']);
  });

  it('refuses an unknown one', () => {
    expect(() => ablationsOf(planOf({ output }), ['colour' as 'loss'])).toThrow(/history, loss/);
  });
});
