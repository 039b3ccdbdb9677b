import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { type ComparedPictures, TwoSampleClassifier } from '../../../src/models/safeguards/two-sample-classifier.js';
import { randomAt } from '../../../src/random.js';

const side = 16;
const options = { width: side, height: side, seed: 1, batch: 8, heldOut: 16 };
const engine = await openEngine('onnx', { threads: 1 });

/** Pictures of one kind: a wave of some strength under noise. */
function pictures(kind: string, wave: number, count: number, step: number): Float32Array {
  const random = randomAt(7, kind, step);
  return Float32Array.from({ length: count * side * side * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % side;
    return wave * Math.sin(1.5 * x) + random.normal(0, 0.2);
  });
}

/** Raw pictures have the wave; real ones do not. `refined` says how much of it refined ones have. */
const set = (refined: number, count: number, step: number): ComparedPictures => ({
  synthetic: pictures('synthetic', 0.5, count, step),
  refined: pictures('refined', refined, count, step),
  real: pictures('real', 0, count, step),
});

async function taught(refined: number, steps = 80) {
  const classifier = await TwoSampleClassifier.create(engine, options, {});
  for (let step = 0; step < steps; step++) await classifier.learn(set(refined, 8, step));
  return classifier;
}

describe('the two-sample classifier', () => {
  it('tells raw pictures from real ones, and refined ones only as far as they differ', async () => {
    const good = await taught(0);
    const fooled = await good.measure(set(0, 16, 1_000));
    expect(fooled.synthetic).toBeGreaterThan(0.9);
    expect(Math.abs(fooled.refined - 0.5)).toBeLessThan(0.1);
    await good.dispose();
    const bad = await taught(0.5);
    const { refined } = await bad.measure(set(0.5, 16, 1_000));
    expect(refined).toBeGreaterThan(0.9);
    await bad.dispose();
  });

  it('knows nothing before it has learnt', async () => {
    const classifier = await taught(0.5, 0);
    const { refined, synthetic } = await classifier.measure(set(0.5, 16, 1_000));
    for (const score of [refined, synthetic]) expect(Math.abs(score - 0.5)).toBeLessThan(0.3);
    await classifier.dispose();
  });

  it('goes on from what was read, and starts afresh from what does not fit', async () => {
    const whole = await taught(0.5, 6);
    const half = await taught(0.5, 3);
    const rest = await TwoSampleClassifier.create(engine, options, half.read());
    for (let step = 3; step < 6; step++) await rest.learn(set(0.5, 8, step));
    expect(rest.read()).toEqual(whole.read());
    const fresh = await TwoSampleClassifier.create(engine, options, {
      surplus: { shape: [], data: Float32Array.of(1) },
    });
    expect(fresh.read()).toEqual((await taught(0.5, 0)).read());
    for (const classifier of [whole, half, rest, fresh]) await classifier.dispose();
  });

  it('learns nothing from pictures that are not finite', async () => {
    const classifier = await taught(0, 2);
    const before = classifier.read();
    await classifier.learn({ ...set(0, 8, 3), refined: new Float32Array(8 * side * side * 3).fill(Number.NaN) });
    expect(classifier.read()).toEqual(before);
    await classifier.dispose();
  });
});
