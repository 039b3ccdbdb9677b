/** `irisflow train`: trains without serving a page, with a progress bar or JSON lines. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type TrainingSessionOptions, trainingOptions } from '../session/options.js';
import type { TrainSession } from '../session/types.js';
import { everySecond } from './every-second.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';
import { type Limits, Pace } from './pace.js';

export function addTrainCommand(program: Command): Command {
  const command = program.command('train').description('train on two inputs, without a page');
  return addOptions(command, trainingOptions).option('--json', 'Prints JSON lines in place of text.').action(train);
}

interface TrainCommandOptions extends TrainingSessionOptions {
  readonly json?: boolean;
}

async function train(options: TrainCommandOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { openTraining } = await import('../session/train-session.js');
  const session = await openTraining(given(trainingOptions, { ...options }));
  const { steps } = session;
  const report = options.json ? reportJson(session) : reportBar(session, { ...options, steps });
  const interrupted = await untilSignal(session.done, () => session.stop()).finally(() => report.close());
  report.end();
  if (interrupted) throw new Interrupted();
}

interface Report {
  /** Stops the output of progress. */
  close(): void;
  /** Prints the result. */
  end(): void;
}

function reportJson(session: TrainSession): Report {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  write({ event: 'start', ...session.about });
  const isDue = everySecond();
  const reading = session.reading.subscribe((progress) => {
    if (isDue(progress.crops >= progress.wanted)) write({ event: 'reading', ...progress });
  });
  const reports = session.reports.subscribe((step) => write(step));
  const events = session.events.subscribe(({ message }) => write({ event: 'notice', message }));
  const states = session.learningState.subscribe((state) => write({ event: 'learning', ...state }));
  return {
    close: () => {
      for (const subscription of [reading, reports, events, states]) subscription.unsubscribe();
    },
    end: () => write({ event: 'end', step: session.step, run: session.about.run }),
  };
}

function reportBar(session: TrainSession, limits: Limits): Report {
  const { recipe, run, engine, resumed, synthetic, real } = session.about;
  const state = resumed ? `continues at step ${session.step}` : 'new';
  process.stdout.write(
    `irisflow train  ${recipe}: ${synthetic ? `${synthetic} → ` : ''}${real}\n  run     ${run} (${state})\n  engine  ${engine}\n`,
  );
  const firstStep = session.step;
  const pace = new Pace(limits);
  const total = limits.steps ?? 0;
  const bar = new SingleBar({
    format: `${limits.steps ? '{bar} {value}/{total}' : '{value}'} steps · {rate}/s · {left} left · {losses}`,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    stopOnComplete: true,
  });
  const reading = session.reading.subscribe(({ input, crops, wanted }) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[Kreading ${input}: ${crops} of ${wanted} crops`);
  });
  let barStarted = false;
  const reports = session.reports.subscribe(({ step, losses, accuracy, state }) => {
    if (!barStarted) {
      if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
      bar.start(total, 0, { rate: '–', left: '–', losses: '' });
      barStarted = true;
    }
    const done = step - firstStep;
    bar.update(done, {
      ...pace.step(done),
      losses: [
        ...Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`),
        ...(Number.isNaN(accuracy.real) ? [] : [`accuracy ${accuracy.real.toFixed(2)}/${accuracy.refined.toFixed(2)}`]),
        `· ${state}`,
      ].join(' '),
    });
  });
  const events = session.events.subscribe(({ message }) => process.stderr.write(`\n${message}\n`));
  return {
    close: () => {
      for (const subscription of [reading, reports, events]) subscription.unsubscribe();
      bar.stop();
    },
    end: () => process.stdout.write(`stopped at step ${session.step}; saved in ${run}\n`),
  };
}
