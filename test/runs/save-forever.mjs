/**
 * A process that saves checkpoints, keeps versions and the best one, until it is killed: `node save-forever.mjs FOLDER FIRST-STEP`.
 * It runs what was built: hundreds of these are started.
 */
import { keepBest } from '../../dist/runs/best-version.js';
import { saveCheckpoint } from '../../dist/runs/checkpoint.js';
import { keepVersion } from '../../dist/runs/versions.js';

const [folder = '', first = '0'] = process.argv.slice(2);
for (let step = Number(first); ; step++) {
  const checkpoint = {
    config: { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 },
    step,
    version: step,
    phase: 'adversarial',
    state: { weights: { shape: [25_000], data: new Float32Array(25_000).fill(step) } },
    blobs: { history: new Uint8Array(80_000).fill(step % 256) },
    meta: {},
  };
  await saveCheckpoint(folder, checkpoint);
  await keepVersion(folder, step, { count: 3, every: 2 });
  if (step % 3 === 0) await keepBest(folder, { step, score: 1e6 - step, checkpoint });
  process.stdout.write(`${step}\n`);
}
