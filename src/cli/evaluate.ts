/** `irisflow evaluate --run DIR --synthetic SRC --real SRC`: measures whether a run has learned, on held-out pictures. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { EvaluationReport } from '../evaluation/report/report.js';
import { type EvaluateRunOptions, evaluateOptions } from '../evaluation/run/evaluate-options.js';
import type { EvaluationWork } from '../evaluation/run/evaluate-run.js';
import { evaluationTable } from './evaluation-table.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';

interface EvaluateCommandOptions extends EvaluateRunOptions {
  readonly json?: boolean;
}

export function addEvaluateCommand(program: Command): Command {
  const command = program
    .command('evaluate')
    .description('measure whether a run has learned, and write a report with pictures');
  return addOptions(command, evaluateOptions)
    .option('--json', 'Prints JSON lines in place of text. The last one is the report.')
    .action(evaluate);
}

async function evaluate(options: EvaluateCommandOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { evaluateRun } = await import('../evaluation/run/evaluate-run.js');
  const work = await evaluateRun(given(evaluateOptions, { ...options }));
  const report = options.json ? reportJson(work) : reportBar(work);
  const interrupted = await untilSignal(work.done, () => work.stop()).finally(() => report.close());
  const evaluation = work.report();
  if (interrupted || evaluation === undefined) {
    report.interrupted();
    throw new Interrupted();
  }
  report.end(evaluation);
}

interface Report {
  /** Stops the output of progress. */
  close(): void;
  interrupted(): void;
  end(report: EvaluationReport): void;
}

function reportJson(work: EvaluationWork): Report {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let lastTenth = '';
  const progress = work.progress.subscribe(({ phase, share, total }) => {
    const tenth = `${phase} ${Math.floor(share * 10)}`;
    if (tenth !== lastTenth) write({ event: 'progress', phase, share, total });
    lastTenth = tenth;
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
