/** `irisflow experiment gaze`: the SimGAN paper's headline repeated in shape, wholly offline. */
import { MultiBar, type SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError } from 'commander';
import type { GazeExperiment } from '../evaluation/gaze-experiment/gaze-experiment.js';
import { ABLATION_NAMES, type AblationName, type GazeExperimentOptions } from '../evaluation/gaze-experiment/types.js';
import { everySecond } from './every-second.js';
import { Interrupted, untilSignal } from './exit.js';
import { engineOption, parseInteger } from './options.js';

interface ExperimentOptions extends GazeExperimentOptions {
  readonly json?: boolean;
}

export function addExperimentCommand(program: Command): Command {
  const experiment = program.command('experiment').description('repeat an experiment of the SimGAN paper in shape');
  experiment
    .command('gaze')
    .description('train gaze networks on raw, refined and real pictures and test them on real ones, offline')
    .option(
      '--minutes <n>',
      'how long the main part may take on this machine; 50 refiner steps are made in any case (default: 10)',
      parseMinutes,
    )
    .option('--steps <n>', 'refiner steps, in place of what fits the minutes', parseInteger(1, 1_000_000))
    .option('--pictures <n>', 'training pictures of each kind (default: 200 a minute)', parseInteger(100, 1_000_000))
    .option('--gaze-steps <n>', 'steps of each gaze network (default: 100 a minute)', parseInteger(1, 1_000_000))
    .option('--seeds <n>', 'how many seeds, each with people, cameras and weights of its own', parseInteger(1, 1000), 3)
    .option('--preset <name>', 'preset of the refiner: live, paper or seed', 'live')
    .option(
      '--ablations <names>',
      `all, or some of ${ABLATION_NAMES.join(',')}: each variant takes as long as the refined one again`,
      parseAblations,
    )
    .option('--no-classifiers', 'leave out the classifiers that tell pictures from real ones: a third of the time')
    .option('--output <dir>', 'folder for the results; continued where it exists', 'runs/experiment-gaze')
    .addOption(engineOption())
    .option('--json', 'print JSON lines')
    .action(gaze)
    .exitOverride();
  return experiment;
}

function parseMinutes(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 0.1 || value > 10_000) {
    throw new InvalidArgumentError('give minutes from 0.1 to 10000');
  }
  return value;
}

function parseAblations(text: string): readonly AblationName[] {
  if (text === 'all') return ABLATION_NAMES;
  const names = text.split(',');
  const unknown = names.find((name) => !ABLATION_NAMES.includes(name as AblationName));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`"${unknown}" is none: give all, or some of ${ABLATION_NAMES.join(',')}`);
  }
  return [...new Set(names)] as AblationName[];
}

async function gaze(options: ExperimentOptions): Promise<void> {
  // Loaded here: a wrong word is to be answered at once.
  const { openGazeExperiment } = await import('../evaluation/gaze-experiment/gaze-experiment.js');
  const work = await openGazeExperiment(options, commandOf(options));
  const report = options.json ? reportJson(work) : reportBar(work, options.output);
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => report.close());
  await report.end(interrupted);
  if (interrupted) throw new Interrupted();
}

function commandOf(options: ExperimentOptions): string {
  const { minutes, steps, pictures, gazeSteps, seeds, preset, classifiers, ablations, output } = options;
  const given = {
    minutes: minutes ?? (steps ? undefined : 10),
    steps,
    pictures,
    'gaze-steps': gazeSteps,
    seeds,
    preset,
  };
  const words = Object.entries({ ...given, ablations: ablations?.join(','), output });
  const shown = words.flatMap(([name, value]) => (value === undefined ? [] : `--${name} ${value}`));
  return ['irisflow experiment gaze', ...shown, ...(classifiers === false ? ['--no-classifiers'] : [])].join(' ');
}

interface Report {
  /** Listens no further. */
  close(): void;
  /** Says how it ended. */
  end(interrupted: boolean): Promise<void>;
}

function reportJson(work: GazeExperiment): Report {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  const { engine, resumed, total } = work;
  write({ event: 'start', engine, resumed, total, plan: work.results().plan });
  const tells = everySecond();
  const progress = work.progress.subscribe((value) => {
    if (tells()) write({ event: 'progress', ...value });
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
  const known = resumed > 0 ? `, ${resumed} of ${total} results are there already` : '';
  process.stdout.write(`irisflow experiment gaze\n  output  ${output}${known}\n  engine  ${engine}\n`);
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
        ? `interrupted; what is finished is in ${output}, the same command goes on from there`
        : `written to ${output}: results.json, results.md, charts and strips of pictures`;
      process.stdout.write(`\n${[...tables, last].join('\n\n')}\n`);
    },
  };
}
