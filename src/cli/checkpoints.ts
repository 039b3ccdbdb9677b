/** `irisflow checkpoints --run DIR`: lists the versions of a run's checkpoint, or restores one. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CheckpointVersion } from '../runs/checkpoint-list.js';
import { REQUIRED } from './options.js';

interface CheckpointsCommandOptions {
  readonly run: string;
  readonly restore?: number | 'best';
  readonly json?: boolean;
}

export function addCheckpointsCommand(program: Command): Command {
  return program
    .command('checkpoints')
    .description("list the versions of a run's checkpoint, or restore one")
    .requiredOption('--run <dir>', `The folder of the run.${REQUIRED}`)
    .option(
      '--restore <version>',
      'The step of the version to restore, or best. The current checkpoint is kept as a version.',
      parseVersion,
    )
    .option('--json', 'Prints one JSON object in place of text.')
    .action(checkpoints);
}

function parseVersion(text: string): number | 'best' {
  if (text === 'best') return text;
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('give the step of a version in the list, or best');
  return Number(text);
}

async function checkpoints({ run, restore, json }: CheckpointsCommandOptions): Promise<void> {
  if (restore !== undefined) {
    const { restoreCheckpoint } = await import('../runs/checkpoint-restore.js');
    const { step, kept } = await restoreCheckpoint(run, restore);
    if (json) process.stdout.write(`${JSON.stringify({ event: 'restored', run, step, kept })}\n`);
    else
      process.stdout.write(`${run} is at step ${step}${kept ? `; the previous checkpoint is kept in ${kept}` : ''}\n`);
    return;
  }
  const { listCheckpoints } = await import('../runs/checkpoint-list.js');
  const versions = await listCheckpoints(run);
  process.stdout.write(json ? `${JSON.stringify({ run, versions })}\n` : asText(run, versions));
}

function asText(run: string, versions: readonly CheckpointVersion[]): string {
  if (versions.length === 0) return `${run} has no checkpoint\n`;
  const rows = versions.map((version) => [
    version.step === null ? '?' : String(version.step),
    version.saved.replace('T', ' ').slice(0, 19),
    size(version.bytes),
    [version.file, ...marks(version)].join('  '),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...[HEADING, ...rows].map((row) => row[column].length)));
  const lines = [HEADING, ...rows].map(([step, saved, bytes, rest]) =>
    [step.padStart(widths[0]), saved.padEnd(widths[1]), bytes.padStart(widths[2]), rest].join('  '),
  );
  return `${lines.join('\n')}\n`;
}

const HEADING = ['step', 'saved (UTC)', 'size', 'file'];

function marks({ current, best, score, later, damage }: CheckpointVersion): string[] {
  const words: string[] = [];
  if (current) words.push('current');
  if (best) words.push(score === null ? 'best' : `best, score ${score.toPrecision(4)}`);
  if (later) words.push('later than current');
  if (damage !== null) words.push(`DAMAGED: ${damage}`);
  return words;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
