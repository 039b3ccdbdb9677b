/** `npm run bench`: measures the milliseconds of a training step and of a single inference, for each recipe, in one process. */
import { cpus } from 'node:os';
import { Command } from 'commander';
import type { Engine } from '../src/engine/types.js';
import { openEngine, type Recipe, type RecipeConfig, recipeNamed } from '../src/index.js';
import { randomAt } from '../src/random.js';
import { type Row, timed } from './timed.js';

interface Case {
  readonly name: string;
  readonly recipe: string;
  readonly preset: string;
  /** Options for the typical step of a training, with one update of each network. */
  readonly options: Readonly<Record<string, unknown>>;
}

const ONE_OF_EACH = { kG: 1, kD: 1, pretrainRefiner: 0, pretrainDiscriminator: 0, width: 64, height: 64 };

/** SimGAN's two reference networks have the batch size of the PyTorch script that they are compared with; others that of their preset. */
const CASES: readonly Case[] = [
  { name: 'paper', recipe: 'simgan', preset: 'paper', options: { ...ONE_OF_EACH, batch: 8 } },
  { name: 'seed', recipe: 'simgan', preset: 'dcgan-autoencoder', options: { ...ONE_OF_EACH, batch: 8 } },
  { name: 'live', recipe: 'simgan', preset: 'live', options: ONE_OF_EACH },
  { name: 'gan', recipe: 'gan', preset: 'digits', options: {} },
  { name: 'dcgan', recipe: 'dcgan', preset: 'eyes', options: {} },
  { name: 'cgan', recipe: 'cgan', preset: 'digits', options: { classes: [...'0123456789'] } },
  { name: 'pix2pix', recipe: 'pix2pix', preset: 'live', options: {} },
  { name: 'cyclegan', recipe: 'cyclegan', preset: 'live', options: {} },
  { name: 'srgan', recipe: 'srgan', preset: 'x2', options: { pretrain: 0 } },
  { name: 'saliency', recipe: 'saliency', preset: 'live', options: {} },
  { name: 'frontalise', recipe: 'frontalise', preset: 'eyes', options: {} },
];

const options = new Command('bench')
  .option('--json', 'Prints one JSON object in place of a table.')
  .option('--threads <n>', 'The number of threads inside one operation.', Number, cpus().length)
  .option(
    '--runs <n>',
    'The number of measured training steps. Inferences are measured three times as often.',
    Number,
    8,
  )
  .option(
    '--cases <names>',
    'The cases that are measured, separated by commas.',
    (text) => text.split(','),
    CASES.map(({ name }) => name) as string[],
  )
  .parse()
  .opts<{ json?: boolean; threads: number; runs: number; cases: string[] }>();

const engine = await openEngine('auto', { threads: options.threads });
const rows: Row[] = [];
for (const one of CASES.filter(({ name }) => options.cases.includes(name))) {
  const recipe = recipeNamed(one.recipe);
  const config = recipe.configure(one.preset, { seed: 1, ...one.options });
  const training = await recipe.createTraining(engine, config);
  const { synthetic, real } = training.requires;
  const classes = Array.isArray(config.classes) ? config.classes.length : 0;
  const pictures = {
    synthetic: noise(config, synthetic, 'synthetic'),
    real: noise(config, real, 'real'),
    ...(classes > 0 && { labels: Uint8Array.from({ length: real }, (_, i) => i % classes) }),
  };
  const { name } = one;
  const batch = Math.max(synthetic, real);
  rows.push({ name, what: 'train-step', batch, ...(await timed(() => training.train(pictures), options.runs, 2)) });
  const weights = training.generatorWeights();
  await training.dispose();
  const { infer, dispose } = await inference(engine, recipe, config, weights, classes);
  rows.push({ name, what: 'infer', batch: 1, ...(await timed(infer, options.runs * 3, 3)) });
  await dispose();
}

const { description } = engine;
await engine.dispose();
if (options.json) process.stdout.write(`${JSON.stringify({ engine: description, threads: options.threads, rows })}\n`);
else {
  process.stdout.write(`${description}, ${options.threads} threads\n`);
  for (const { name, what, batch, median_ms, min_ms, max_ms } of rows) {
    const spread = `(${min_ms.toFixed(1)} to ${max_ms.toFixed(1)})`;
    process.stdout.write(
      `${name.padEnd(10)} ${what.padEnd(11)} batch ${String(batch).padEnd(3)} ${median_ms.toFixed(1).padStart(8)} ms  ${spread}\n`,
    );
  }
}

/** Inference of one picture, with the generator's weights as constants. */
async function inference(
  on: Engine,
  recipe: Recipe,
  config: RecipeConfig,
  weights: Parameters<NonNullable<Recipe['createRefiner']>>[2],
  classes: number,
): Promise<{ infer(): Promise<unknown>; dispose(): Promise<void> }> {
  const sampler = await recipe.createSampler?.(on, config, weights, { freeze: true });
  if (sampler) {
    const random = randomAt(1, 'bench', 'noise');
    const vector = Float32Array.from({ length: sampler.noiseSize }, () => random.normal());
    const labels = classes > 0 ? Uint8Array.of(0) : undefined;
    return { infer: () => sampler.sample(vector, 1, labels), dispose: () => sampler.dispose() };
  }
  const refiner = await recipe.createRefiner?.(on, config, weights, { freeze: true });
  if (!refiner) throw new Error(`${recipe.name} has neither a sampler nor a refiner`);
  const picture = noise(config, 1, 'infer');
  return { infer: () => refiner.refine(picture, 1), dispose: () => refiner.dispose() };
}

function noise({ width, height }: RecipeConfig, count: number, purpose: string): Uint8Array {
  const random = randomAt(1, 'bench', purpose);
  return Uint8Array.from({ length: count * width * height * 3 }, () => random.integer(256));
}
