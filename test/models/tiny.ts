/** Networks so small that tf.js's own CPU backend trains them in milliseconds, and pictures for them. */
import { openEngine } from '../../src/engine/index.js';
import type { TensorRecord } from '../../src/engine/types.js';
import { simgan } from '../../src/models/simgan.js';
import type { Checkpoint, RecipeConfig, StepReport, Training } from '../../src/models/types.js';
import { randomAt } from '../../src/random.js';

export { simgan };

export const reference = await openEngine('reference');

const SMALL = {
  emaDecay: 0,
  batch: 4,
  checkEvery: 0,
  clipNorm: 0,
  // The network that sees eyes takes seconds a picture on tf.js's own backend.
  irisWeight: 0,
  historySize: 6,
  refinerFilters: 4,
  discriminatorFilters: 3,
  seed: 5,
};

const SHAPES: Readonly<Record<string, object>> = {
  paper: { width: 10, height: 8, refinerBlocks: 1, kG: 1, pretrainRefiner: 0, pretrainDiscriminator: 0 },
  'paper-hands': {
    ...{ width: 32, height: 36, refinerBlocks: 1, refinerFilters: 2, discriminatorFilters: 12, kG: 1 },
    ...{ pretrainRefiner: 0, pretrainDiscriminator: 0 },
  },
  live: { width: 24, height: 24, refinerBlocks: 1 },
  'dcgan-autoencoder': {
    width: 32,
    height: 32,
    refinerFilters: 2,
    discriminatorFilters: 2,
    pretrainRefiner: 0,
    pretrainDiscriminator: 0,
  },
};

export function tiny(overrides: Record<string, unknown> = {}, preset = 'paper'): RecipeConfig {
  return simgan.configure(preset, { ...SMALL, ...SHAPES[preset], ...overrides });
}

/** Pictures of a kind, `count` of them, different at every step: synthetic ones dark and smooth, real ones light and noisy. */
export function pictures(config: RecipeConfig, kind: 'synthetic' | 'real', count: number, step: number): Uint8Array {
  const random = randomAt(9, kind, step);
  const [middle, spread] = kind === 'synthetic' ? [90, 20] : [170, 60];
  return Uint8Array.from({ length: count * config.width * config.height * 3 }, () =>
    random.uniform(middle - spread, middle + spread),
  );
}

export async function train(training: Training, steps: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < steps; i++) {
    const { synthetic, real, heldOut } = training.requires;
    const both = (count: number, real: number, step: number) => ({
      synthetic: pictures(training.config, 'synthetic', count, step),
      real: pictures(training.config, 'real', real, step),
    });
    const measured = heldOut ? { heldOut: both(heldOut, heldOut, 1_000 + training.step) } : {};
    reports.push(await training.train({ ...both(synthetic, real, training.step), ...measured }));
  }
  return reports;
}

/** A report without the wall clock. */
export function timeless({ time: _time, ...rest }: StepReport): Omit<StepReport, 'time'> {
  return rest;
}

/** Names whose values differ in any bit. */
export function changed(before: TensorRecord, after: TensorRecord): string[] {
  const bits = ({ data }: TensorRecord[string]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Object.keys(before).filter((name) => !bits(before[name]!).equals(bits(after[name]!)));
}

export function pictureBytes(config: RecipeConfig): number {
  return config.width * config.height * 3;
}

export function historyOf(checkpoint: Checkpoint): Buffer[] {
  const bytes = Buffer.from(checkpoint.blobs.history!);
  const size = pictureBytes(checkpoint.config);
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
