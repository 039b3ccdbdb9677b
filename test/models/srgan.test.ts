import { describe, expect, it } from 'vitest';
import { srgan } from '../../src/models/srgan.js';
import type { Checkpoint, StepReport, Training } from '../../src/models/types.js';
import { changed, pictures, reference, timeless } from './tiny.js';

const TINY = {
  ...{ width: 24, height: 28, batch: 2, filters: 3, blocks: 1, discriminatorFilters: 2, seed: 5 },
  ...{ emaDecay: 0, checkEvery: 0, rollbackAfter: 0, pretrain: 0 },
};

async function train(training: Training, steps: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < steps; i++) {
    const { config, requires, step } = training;
    const of = (count: number, from: number) => ({
      synthetic: new Uint8Array(),
      real: pictures(config, 'real', count, from),
    });
    const { real, heldOut } = requires;
    reports.push(await training.train({ ...of(real, step), ...(heldOut && { heldOut: of(heldOut, 1_000 + step) }) }));
  }
  return reports;
}

async function trained(options: object, steps: number, checkpoint?: Checkpoint) {
  const training = await srgan.createTraining(reference, srgan.configure('x2', { ...TINY, ...options }), checkpoint);
  const reports = await train(training, steps);
  const saved = training.snapshot();
  await training.dispose();
  return { reports: reports.map(timeless), saved };
}

describe('srgan', () => {
  it('learns from the content alone at first, and then plays', async () => {
    const start = (await trained({ pretrain: 2 }, 0)).saved;
    const { reports, saved } = await trained({ pretrain: 2 }, 2);
    expect(reports.map(({ phase }) => phase)).toEqual(['pretrain', 'pretrain']);
    expect(changed(start.state, saved.state).every((name) => name.startsWith('generator/'))).toBe(true);
    const next = await trained({ pretrain: 2 }, 1, saved);
    expect(next.reports[0]?.phase).toBe('adversarial');
    expect(Object.keys(next.reports[0]?.losses ?? {})).toEqual(
      expect.arrayContaining(['content', 'adversarial', 'generator', 'discriminator']),
    );
    expect(changed(saved.state, next.saved.state).some((name) => name.startsWith('discriminator/'))).toBe(true);
  });

  it('with a weight of 0 the discriminator learns, and changes nothing of the generator', async () => {
    const { saved } = await trained({ adversarial: 0 }, 1);
    const kernel = 'discriminator/weights/last/kernel';
    const other = saved.state[kernel]!;
    const nudged = { ...saved.state, [kernel]: { ...other, data: other.data.map((value) => value + 1) } };
    const [one, two] = [
      await trained({ adversarial: 0 }, 1, saved),
      await trained({ adversarial: 0 }, 1, { ...saved, state: nudged }),
    ];
    const names = changed(one.saved.state, two.saved.state);
    expect(names.every((name) => name.startsWith('discriminator/'))).toBe(true);
    expect(one.reports[0]?.accuracy.real).toSatisfy(Number.isFinite);
    expect(changed(saved.state, one.saved.state).some((name) => name.startsWith('generator/weights/'))).toBe(true);
  });

  it('measures itself and bicubic enlargement on held-out pictures', async () => {
    const { reports } = await trained({ checkEvery: 1, learningRate: 1e-9 }, 1);
    const { measures, twoSample, structure } = reports[0]?.heldOut ?? {};
    // What has learnt next to nothing is bicubic enlargement.
    expect(measures?.psnr).toBeCloseTo(measures?.['psnr-bicubic'] as number, 2);
    expect(measures?.ssim).toBeCloseTo(measures?.['ssim-bicubic'] as number, 3);
    expect(structure).toBeGreaterThan(0.99);
    expect(twoSample?.synthetic).toSatisfy(Number.isFinite);
  });

  it.each([
    ['x2', 2],
    ['x4', 4],
  ])('%s restores what averaging over squares of %i took away as far as it can', async (preset, scale) => {
    const config = srgan.configure(preset, { ...TINY, filters: 2 });
    const refiner = await srgan.createRefiner(reference, config);
    const noise = pictures(config, 'real', 1, 1);
    const refined = await refiner.refine(noise, 1);
    expect(refined).toHaveLength(noise.length);
    expect(deviation(refined)).toBeLessThan(deviation(noise) / (scale / 1.6));
    const grey = new Uint8Array(noise.length).fill(77);
    expect(await refiner.refine(grey, 1)).toEqual(grey);
    await refiner.dispose();
  });

  it.each([
    ['scale', 3, /scale is 3: it must be 2 or 4/],
    ['width', 66, /width is 66: it must be a multiple of 4 from 24/],
    ['content', 'ssim', /must be one of l1, l2/],
    ['adversarial', -1, /adversarial is -1/],
  ])('refuses %s %s', (name, value, message) => {
    expect(() => srgan.configure('x2', { [name]: value })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    );
  });

  it('refuses to go on at another scale', async () => {
    const { saved } = await trained({}, 0);
    const other = srgan.configure('x2', { ...TINY, scale: 4 });
    await expect<Promise<Training>>(srgan.createTraining(reference, other, saved)).rejects.toMatchObject({
      code: 'CHECKPOINT',
    });
  });
});

function deviation(bytes: Uint8Array): number {
  const mean = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
  return Math.sqrt(bytes.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / bytes.length);
}
