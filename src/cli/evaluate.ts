/** `irisflow evaluate --run DIR --synthetic SRC --real SRC`: measures whether a run learns, on pictures that it has not seen. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { EvaluationReport } from '../evaluation/report/report.js';
import type { EvaluateRunOptions, EvaluationWork } from '../evaluation/run/evaluate-run.js';
import { evaluationTable } from './evaluation-table.js';
import { Interrupted, untilSignal } from './exit.js';
import { cropOption, engineOption, parseInteger, SOURCES } from './options.js';

interface EvaluateCommandOptions extends EvaluateRunOptions {
  readonly json?: boolean;
}

export function addEvaluateCommand(program: Command): Command {
  return program
    .command('evaluate')
    .description('measure whether a run learns, and write a report with pictures')
    .requiredOption('--run <dir>', 'folder of the run')
    .requiredOption('--synthetic <src>', `synthetic input that it was not trained on: ${SOURCES}`)
    .requiredOption('--real <src>', 'real input that it was not trained on, likewise')
    .addOption(cropOption('as in training'))
    .option('--count <n>', 'crops of each input, at most, spread over all of it', parseInteger(10, 100_000), 512)
    .option('--folds <n>', 'parts for cross-validation; fewer are faster', parseInteger(2, 100), 5)
    .option('--seed <n>', 'seed of classifiers and intervals', parseInteger(0, 2 ** 31 - 1), 1)
    .addOption(engineOption())
    .option('--json', 'print JSON lines; the last one is the report')
    .action(evaluate);
}

async function evaluate(options: EvaluateCommandOptions): Promise<void> {
  // Loaded here: a wrong word is to be answered at once.
  const { evaluateRun } = await import('../evaluation/run/evaluate-run.js');
  const work = await evaluateRun(options);
  const report = options.json ? reportJson(work) : reportBar(work);
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => report.close());
  const made = work.report();
  if (interrupted || made === undefined) {
    report.interrupted();
    throw new Interrupted();
  }
  report.end(made);
}

interface Report {
  /** Listens no further. */
  close(): void;
  interrupted(): void;
  end(report: EvaluationReport): void;
}

function reportJson(work: EvaluationWork): Report {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let last = '';
  const progress = work.progress.subscribe(({ phase, share, total }) => {
    const told = `${phase} ${Math.floor(share * 10)}`;
    if (told !== last) write({ event: 'progress', phase, share, total });
    last = told;
  });
  const events = work.events.subscribe(({ message }) => write({ event: 'notice', message }));
  return {
    close: () => {
      progress.unsubscribe();
      events.unsubscribe();
    },
    interrupted: () => write({ event: 'interrupted' }),
    end: (report) => write({ event: 'report', files: work.files, ...report }),
  };
}

function reportBar(work: EvaluationWork): Report {
  const bar = new SingleBar({
    format: '{bar} {percentage} % · {phase}',
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  bar.start(100, 0, { phase: 'reading synthetic' });
  const progress = work.progress.subscribe(({ phase, total }) => bar.update(Math.round(100 * total), { phase }));
  const events = work.events.subscribe(({ message }) => process.stderr.write(`\n${message}\n`));
  return {
    close: () => {
      progress.unsubscribe();
      events.unsubscribe();
      bar.stop();
    },
    interrupted: () => process.stdout.write('interrupted: no report is written\n'),
    end: (report) => process.stdout.write(`\n${evaluationTable(report)}\n\n${work.files.html}\n${work.files.json}\n`),
  };
}
