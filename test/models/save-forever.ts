/** A process that saves checkpoints, one after the other, until it is killed: `node save-forever.js FOLDER FIRST-STEP`. */
import { saveCheckpoint } from '../../src/models/checkpoint.js';

const [folder = '', first = '0'] = process.argv.slice(2);
for (let step = Number(first); ; step++) {
  const checkpoint = {
    config: { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 },
    step,
    version: step,
    phase: 'adversarial',
    state: { weights: { shape: [100_000], data: new Float32Array(100_000).fill(step) } },
    blobs: { history: new Uint8Array(300_000).fill(step % 256) },
    meta: {},
  };
  await saveCheckpoint(folder, checkpoint);
  process.stdout.write(`${step}\n`);
}
