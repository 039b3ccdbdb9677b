/** `npm run bench`: milliseconds a training step and a single inference, for each preset, in one process and one run. */
import { cpus } from 'node:os';
import { Command } from 'commander';
import { openEngine, recipeNamed } from '../src/index.js';
import { refinerMaker } from '../src/models/registry.js';
import { randomAt } from '../src/random.js';
import { type Row, timed } from './timed.js';

/** Batch sizes of the two reference networks are those of the PyTorch script they are compared with. */
const CASES = [
  { name: 'paper', batch: 8 },
  { name: 'seed', batch: 8 },
  { name: 'live', batch: 16 },
] as const;

const options = new Command('bench')
  .option('--json', 'print one JSON object instead of a table')
  .option('--threads <n>', 'threads inside one operation', Number, cpus().length)
  .option('--runs <n>', 'counted runs of a training step; three times as many of an inference', Number, 8)
  .option('--presets <names>', 'comma-separated', (text) => text.split(','), CASES.map(({ name }) => name) as string[])
  .parse()
  .opts<{ json?: boolean; threads: number; runs: number; presets: string[] }>();

const engine = await openEngine('auto', { threads: options.threads });
const recipe = recipeNamed('simgan');
const rows: Row[] = [];

for (const { name, batch } of CASES.filter((one) => options.presets.includes(one.name))) {
  const config = recipe.configure(name, {
    width: 64,
    height: 64,
    seed: 1,
    batch,
    // One update of each network, as in the PyTorch script, also where a preset makes more.
    kG: 1,
    kD: 1,
    pretrainRefiner: 0,
    pretrainDiscriminator: 0,
  });
  const training = await recipe.createTraining(engine, config);
  const { synthetic, real } = training.requires;
  const pictures = { synthetic: noise(synthetic, 'synthetic'), real: noise(real, 'real') };
  rows.push({ name, what: 'train-step', batch, ...(await timed(() => training.train(pictures), options.runs, 2)) });
  const weights = training.generatorWeights();
  await training.dispose();

  const refiner = await refinerMaker(recipe)(engine, config, weights, { freeze: true });
  const picture = noise(1, 'infer');
  rows.push({ name, what: 'infer', batch: 1, ...(await timed(() => refiner.refine(picture, 1), options.runs * 3, 3)) });
  await refiner.dispose();
}

const { description } = engine;
await engine.dispose();
if (options.json) process.stdout.write(`${JSON.stringify({ engine: description, threads: options.threads, rows })}\n`);
else {
  process.stdout.write(`${description}, ${options.threads} threads\n`);
  for (const { name, what, batch, median_ms, min_ms, max_ms } of rows) {
    const spread = `(${min_ms.toFixed(1)} to ${max_ms.toFixed(1)})`;
    process.stdout.write(
      `${name.padEnd(6)} ${what.padEnd(11)} batch ${String(batch).padEnd(3)} ${median_ms.toFixed(1).padStart(8)} ms  ${spread}\n`,
    );
  }
}

function noise(count: number, purpose: string): Uint8Array {
  const random = randomAt(1, 'bench', purpose);
  return Uint8Array.from({ length: count * 64 * 64 * 3 }, () => random.integer(256));
}
