/** `irisflow refine SRC --run DIR --output OUT`: refines a video file or pictures with the weights of a run. */
import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError } from 'commander';
import { type RefineSourceOptions, refineOptions } from '../session/options.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';

interface RefineCommandOptions extends Omit<RefineSourceOptions, 'source'> {
  readonly json?: boolean;
}

export function addRefineCommand(program: Command): Command {
  const { source, ...options } = refineOptions;
  const command = program
    .command('refine')
    .description('refine a video file or pictures with the weights of a run')
    .argument('<src>', source.help, nonEmpty);
  return addOptions(command, options).option('--json', 'Prints JSON lines in place of text.').action(refine);
}

function nonEmpty(text: string): string {
  if (!text) throw new InvalidArgumentError('give a video file, or a folder or glob of pictures');
  return text;
}

async function refine(source: string, options: RefineCommandOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { refineSource } = await import('../session/refine-source.js');
  const work = await refineSource(given(refineOptions, { ...options, source }));
  const bar = new SingleBar({
    format: work.total ? '{bar} {value}/{total} frames · {eta_formatted} left' : '{value} frames',
    hideCursor: true,
    noTTYOutput: !options.json,
    notTTYSchedule: 5000,
  });
  if (!options.json) bar.start(work.total ?? 0, 0);
  const progress = work.progress.subscribe(({ frames }) => {
    if (!options.json) bar.update(frames);
  });
  const events = work.events.subscribe(({ message }) => process.stderr.write(`${message}\n`));
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => {
    progress.unsubscribe();
    events.unsubscribe();
    bar.stop();
  });
  const summary = work.summary();
  const { frames, refined, skipped, output, version } = summary;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: interrupted ? 'interrupted' : 'end', ...summary })}\n`);
  } else if (interrupted) {
    process.stdout.write(`interrupted after ${frames} frames: ${output} is not complete\n`);
  } else {
    const parts = [`${frames} frames written to ${output}`, `${refined} refined with version ${version}`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    process.stdout.write(`${parts.join(', ')}\n`);
  }
  if (interrupted) throw new Interrupted();
}
