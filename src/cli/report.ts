/** `irisflow report --run DIR`: pictures of how a run came along. */
import type { Command } from 'commander';

interface ReportCommandOptions {
  readonly run: string;
  readonly json?: boolean;
}

export function addReportCommand(program: Command): Command {
  return program
    .command('report')
    .description("draw a run's losses and its pictures over training: losses.png and progress.gif")
    .requiredOption('--run <dir>', 'folder of the run, also of one that is training')
    .option('--json', 'print one JSON object')
    .action(report);
}

async function report({ run, json }: ReportCommandOptions): Promise<void> {
  const { reportRun } = await import('../runs/report-run.js');
  const { step, losses, progress } = await reportRun(run);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'report', run, step, losses, progress })}\n`);
  else {
    const missing = `no progress.gif: ${run} has no pictures over training in samples`;
    process.stdout.write(`step ${step}\n${losses}\n${progress ?? missing}\n`);
  }
}
