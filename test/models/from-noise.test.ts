/** What only recipes that make pictures of noise do. */
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { cgan } from '../../src/models/cgan.js';
import { dcgan } from '../../src/models/dcgan.js';
import { gan } from '../../src/models/gan.js';
import { randomAt } from '../../src/random.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const wrong = (message: RegExp) =>
  expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string });

describe('gan', () => {
  it('plays by default for what its paper recommends, and takes its value function', () => {
    expect(gan.configure('digits', {})).toMatchObject({ objective: 'non-saturating', width: 28, channels: 1 });
    expect(gan.configure('digits', { objective: 'minimax' })).toMatchObject({ objective: 'minimax' });
    expect(() => gan.configure('digits', { dropout: 1 })).toThrow(
      wrong(/dropout is 1: it must be a number from 0 to 0.9/),
    );
    expect(() => gan.configure('digits', { channels: 2 })).toThrow(wrong(/channels is 2: it must be 1 or 3/));
  });
});

describe('dcgan', () => {
  it('takes sizes that can be halved', () => {
    for (const [width, height] of [
      [64, 64],
      [28, 28],
      [8, 40],
    ] as const)
      expect(dcgan.configure('eyes', { width, height })).toMatchObject({ width, height });
    expect(() => dcgan.configure('eyes', { width: 63 })).toThrow(
      wrong(/width is 63: it must be a multiple of 2 from 8/),
    );
    expect(() => dcgan.configure('eyes', { height: 6 })).toThrow(wrong(/height is 6/));
  });

  it('makes grey pictures of one channel, and colour ones of three', async () => {
    for (const channels of [1, 3]) {
      const config = dcgan.configure('eyes', { width: 16, height: 8, filters: 2, noiseSize: 4, channels });
      const sampler = await dcgan.createSampler(engine, config);
      const picture = await sampler.sample(Float32Array.of(3, -9, 5, 2), 1);
      const grey = picture.every((byte, i) => byte === picture[i - (i % 3)]);
      expect(grey).toBe(channels === 1);
      await sampler.dispose();
    }
  });

  it('makes neighbouring pictures of neighbouring noise', async () => {
    const config = dcgan.configure('eyes', {
      width: 16,
      height: 16,
      filters: 8,
      noiseSize: 8,
      batch: 8,
      learningRate: 1e-3,
    });
    const training = await dcgan.createTraining(engine, config);
    for (let step = 0; step < 30; step++) {
      const random = randomAt(1, step);
      // Light or dark, with an edge somewhere.
      const real = new Uint8Array(8 * 16 * 16 * 3);
      for (let i = 0; i < 8; i++) {
        const [edge, one, other] = [random.integer(16), random.integer(256), random.integer(256)];
        for (let p = 0; p < 256; p++) real.fill(p % 16 < edge ? one : other, (i * 256 + p) * 3, (i * 256 + p) * 3 + 3);
      }
      await training.train({ synthetic: new Uint8Array(0), real });
    }
    const sampler = await dcgan.createSampler(engine, config, training.generatorWeights());
    const random = randomAt(2, 'noise');
    const [from, to] = [0, 1].map(() => Array.from({ length: 8 }, () => random.normal())) as [number[], number[]];
    const steps = 16;
    const path = Array.from({ length: steps + 1 }, (_, k) => from.map((z, i) => z + ((to[i]! - z) * k) / steps));
    const strip = await sampler.sample(Float32Array.from(path.flat()), steps + 1);
    const size = 16 * 16 * 3;
    const apart = (a: number, b: number) =>
      strip
        .subarray(a * size, (a + 1) * size)
        .reduce((sum, byte, i) => sum + Math.abs(byte - strip[b * size + i]!), 0) / size;
    const whole = apart(0, steps);
    expect(whole).toBeGreaterThan(2);
    for (let k = 0; k < steps; k++) expect(apart(k, k + 1)).toBeLessThan(whole / 3);
    await sampler.dispose();
    await training.dispose();
  });
});

describe('cgan', () => {
  const SMALL = { width: 8, height: 8, filters: 6, noiseSize: 4, batch: 12, classes: ['dark', 'grey', 'light'] };
  const BRIGHTNESS = [40, 128, 215];

  it.each([
    [['one']],
    [[]],
    [['a', 'a']],
    [['a', '']],
    [['a', 1]],
    ['ab'],
    [
      '0123456789abcdef'
        .repeat(17)
        .split('')
        .map((c, i) => c + i),
    ],
  ])('refuses the classes of case %#', (classes) => {
    expect(() => cgan.configure('digits', { classes })).toThrow(
      wrong(/classes is .*: it must be 2 to 256 different class/),
    );
  });

  it('makes what is asked for', async () => {
    const config = cgan.configure('digits', { ...SMALL, learningRate: 3e-3, emaDecay: 0.9 });
    const training = await cgan.createTraining(engine, config);
    for (let step = 0; step < 250; step++) {
      const random = randomAt(1, 'shades', step);
      const labels = Uint8Array.from({ length: 12 }, () => random.integer(3));
      const real = new Uint8Array(12 * 64 * 3);
      for (const [i, label] of labels.entries()) {
        real.fill(BRIGHTNESS[label]! + random.uniform(-20, 20), i * 64 * 3, (i + 1) * 64 * 3);
      }
      await training.train({ synthetic: new Uint8Array(0), real, labels });
    }
    const sampler = await cgan.createSampler(engine, config, training.generatorWeights());
    const random = randomAt(2, 'noise');
    const noise = Float32Array.from({ length: 30 * sampler.noiseSize }, () => random.normal());
    for (const [label, brightness] of BRIGHTNESS.entries()) {
      const made = await sampler.sample(noise, 30, new Uint8Array(30).fill(label));
      const mean = made.reduce((a, b) => a + b) / made.length;
      expect(Math.abs(mean - brightness), `${label}: ${mean}`).toBeLessThan(35);
    }
    await expect(sampler.sample(noise, 30)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(sampler.sample(noise, 30, new Uint8Array(30).fill(3))).rejects.toThrow(/needs a label from 0 to 2/);
    await sampler.dispose();
    await training.dispose();
  });

  it('needs a label for each real picture, and keeps its classes', async () => {
    const config = cgan.configure('digits', { ...SMALL, checkEvery: 0 });
    const training = await cgan.createTraining(engine, config);
    const batch = { synthetic: new Uint8Array(0), real: new Uint8Array(12 * 64 * 3) };
    await expect(training.train(batch)).rejects.toThrow(/cgan learns from labelled pictures/);
    await expect(training.train({ ...batch, labels: new Uint8Array(12).fill(3) })).rejects.toThrow(/label from 0 to 2/);
    const other = cgan.configure('digits', { ...SMALL, classes: ['dark', 'grey', 'bright'] });
    await expect(cgan.createTraining(engine, other, training.snapshot())).rejects.toMatchObject({ code: 'CHECKPOINT' });
    await training.dispose();
  });
});
