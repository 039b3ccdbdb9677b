/** `irisflow report --run DIR`: draws the losses and the progress of a run. */
import type { Command } from 'commander';
import { REQUIRED } from './options.js';

interface ReportCommandOptions {
  readonly run: string;
  readonly json?: boolean;
}

export function addReportCommand(program: Command): Command {
  return program
    .command('report')
    .description("draw a run's losses and its pictures over training, as losses.png and progress.gif")
    .requiredOption('--run <dir>', `The folder of the run, which may be in training.${REQUIRED}`)
    .option('--json', 'Prints one JSON object in place of text.')
    .action(report);
}

async function report({ run, json }: ReportCommandOptions): Promise<void> {
  const { reportRun } = await import('../runs/report-run.js');
  const { step, losses, progress } = await reportRun(run);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'report', run, step, losses, progress })}\n`);
  else {
    const missing = `no progress.gif was written, because ${run}/samples has no pictures of the training`;
    process.stdout.write(`step ${step}\n${losses}\n${progress ?? missing}\n`);
  }
}
