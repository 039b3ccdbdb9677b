/** `irisflow experiment gaze`: repeats the gaze experiment of the SimGAN paper at a small scale, without downloads. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { GazeExperiment } from '../evaluation/gaze-experiment/gaze-experiment.js';
import { ABLATION_NAMES, type GazeExperimentOptions, gazeOptions } from '../evaluation/gaze-experiment/options.js';
import { resolveOptions } from '../options/check.js';
import { everySecond } from './every-second.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';

interface ExperimentOptions extends GazeExperimentOptions {
  readonly json?: boolean;
}

export function addExperimentCommand(program: Command): Command {
  const experiment = program
    .command('experiment')
    .description('repeat an experiment of the SimGAN paper at a small scale');
  const command = experiment
    .command('gaze')
    .description('train gaze networks on raw, refined and real pictures and test them on real ones, offline');
  addOptions(command, gazeOptions, { ablations: parseAblations })
    .option('--json', 'Prints JSON lines in place of text.')
    .action(gaze)
    .exitOverride();
  return experiment;
}

function parseAblations(text: string): readonly string[] {
  return text === 'all' ? ABLATION_NAMES : [...new Set(text.split(','))];
}

async function gaze(options: ExperimentOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { openGazeExperiment } = await import('../evaluation/gaze-experiment/gaze-experiment.js');
  const givenOptions = given(gazeOptions, { ...options });
  const { output } = resolveOptions('experiment', gazeOptions, givenOptions);
  const work = await openGazeExperiment(givenOptions, commandOf({ ...givenOptions, output }));
  const report = options.json ? reportJson(work) : reportBar(work, output);
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => report.close());
  await report.end(interrupted);
  if (interrupted) throw new Interrupted();
}

function commandOf(options: GazeExperimentOptions): string {
  const { minutes, steps, pictures, gazeSteps, seeds, preset, classifiers, ablations, output } = options;
  const main = {
    minutes: minutes ?? (steps ? undefined : 10),
    steps,
    pictures,
    'gaze-steps': gazeSteps,
    seeds,
    preset,
  };
  const values = Object.entries({ ...main, ablations: ablations?.join(','), output });
  const words = values.flatMap(([name, value]) => (value === undefined ? [] : `--${name} ${value}`));
  return ['irisflow experiment gaze', ...words, ...(classifiers === false ? ['--no-classifiers'] : [])].join(' ');
}

interface Report {
  /** Stops the output of progress. */
  close(): void;
  /** Prints the result. */
  end(interrupted: boolean): Promise<void>;
}

function reportJson(work: GazeExperiment): Report {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  const { engine, resumed, total } = work;
  write({ event: 'start', engine, resumed, total, plan: work.results().plan });
  const isDue = everySecond();
  const progress = work.progress.subscribe((value) => {
    if (isDue()) write({ event: 'progress', ...value });
  });
  const cells = work.cells.subscribe((cell) => write({ event: 'result', ...cell }));
  return {
    close: () => {
      progress.unsubscribe();
      cells.unsubscribe();
    },
    async end(interrupted) {
      const { summarise } = await import('../evaluation/gaze-experiment/summary.js');
      const { cells, ...about } = work.results();
      write({ event: interrupted ? 'interrupted' : 'end', ...about, rows: summarise(cells, work.variants) });
    },
  };
}

function reportBar(work: GazeExperiment, output: string): Report {
  const { engine, resumed, total } = work;
  const existing = resumed > 0 ? `, which already has ${resumed} of ${total} results` : '';
  process.stdout.write(`irisflow experiment gaze\n  output  ${output}${existing}\n  engine  ${engine}\n`);
  const bars = new MultiBar({
    format: '{bar} {value}/{total}  {what}',
    barsize: 24,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  const whole: SingleBar = bars.create(total, resumed, { what: 'results' });
  const part: SingleBar = bars.create(1, 0, { what: '' });
  const progress = work.progress.subscribe(({ what, done, total }) => {
    part.setTotal(total);
    part.update(done, { what });
  });
  const cells = work.cells.subscribe(() => whole.increment());
  return {
    close: () => {
      progress.unsubscribe();
      cells.unsubscribe();
      bars.stop();
    },
    async end(interrupted) {
      const { rowsOf, tablesOf } = await import('../evaluation/gaze-experiment/report.js');
      const { asText } = await import('../evaluation/gaze-experiment/tables.js');
      const tables = tablesOf(rowsOf(work.results(), work.variants)).map(asText);
      const last = interrupted
        ? `interrupted: the finished results are in ${output}, and the same command continues the experiment`
        : `written to ${output}: results.json, results.md, charts and strips of pictures`;
      process.stdout.write(`\n${[...tables, last].join('\n\n')}\n`);
    },
  };
}
