/** `irisflow sample --run DIR --count N --output DIR`: generates pictures from noise with the weights of a run. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type SampleRunOptions, sampleOptions } from '../session/options.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';

interface SampleCommandOptions extends SampleRunOptions {
  readonly json?: boolean;
}

export function addSampleCommand(program: Command): Command {
  const command = program
    .command('sample')
    .description('generate new pictures with the weights of a run, for recipes that generate pictures from noise');
  return addOptions(command, sampleOptions).option('--json', 'Prints JSON lines in place of text.').action(sample);
}

async function sample(options: SampleCommandOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { sampleRun } = await import('../session/sample-run.js');
  const work = await sampleRun(given(sampleOptions, { ...options }));
  const bar = new SingleBar({
    format: '{bar} {value}/{total} pictures · {eta_formatted} left',
    hideCursor: true,
    noTTYOutput: !options.json,
    notTTYSchedule: 5000,
  });
  if (!options.json) bar.start(work.total, 0);
  const progress = work.progress.subscribe(({ pictures }) => {
    if (!options.json) bar.update(pictures);
  });
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => {
    progress.unsubscribe();
    bar.stop();
  });
  const summary = work.summary();
  const { pictures, output, labels, version } = summary;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: interrupted ? 'interrupted' : 'end', ...summary })}\n`);
  } else if (interrupted) {
    process.stdout.write(`interrupted after ${pictures} pictures: they are in ${output}\n`);
  } else {
    const spread = labels.length > 1 ? ` of ${labels.length} labels` : '';
    process.stdout.write(`${pictures} pictures${spread} written to ${output}, generated with version ${version}\n`);
  }
  if (interrupted) throw new Interrupted();
}
