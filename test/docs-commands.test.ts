/** Command lines in Markdown files: the command line's parser takes them, and scripts and examples that they name exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCheckpointsCommand } from '../src/cli/checkpoints.js';
import { addDoctorCommand } from '../src/cli/doctor.js';
import { addEvaluateCommand } from '../src/cli/evaluate.js';
import { addExperimentCommand } from '../src/cli/experiment.js';
import { addLiveCommand } from '../src/cli/live.js';
import { addRecipesCommand } from '../src/cli/recipes.js';
import { addRefineCommand } from '../src/cli/refine.js';
import { addReportCommand } from '../src/cli/report.js';
import { addSampleCommand } from '../src/cli/sample.js';
import { addTrainCommand } from '../src/cli/train.js';
import { blocksIn, markdownFiles, root } from './markdown.js';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** The command line with commands that do nothing. */
function parser(): Command {
  const program = new Command('irisflow').configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const add of [
    addCheckpointsCommand,
    addDoctorCommand,
    addEvaluateCommand,
    addExperimentCommand,
    addLiveCommand,
    addRecipesCommand,
    addRefineCommand,
    addReportCommand,
    addSampleCommand,
    addTrainCommand,
  ]) {
    add(program);
  }
  const still = (command: Command): void => {
    command.exitOverride();
    if (command.commands.length === 0) command.action(() => undefined);
    else command.commands.forEach(still);
  };
  still(program);
  return program;
}

/** Why a command line would be refused; `undefined` where it would not. */
function refusal(words: readonly string[]): string | undefined {
  try {
    parser().parse(words, { from: 'user' });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : String(error);
  }
}

interface CommandLine {
  readonly where: string;
  readonly words: readonly string[];
}

/** Each command of the shell blocks as words, without comments, quotes and variables in front. */
const lines: readonly CommandLine[] = markdownFiles.flatMap((file) =>
  blocksIn(file, 'sh').flatMap((block) =>
    block
      .replace(/\\\n/g, ' ')
      .split('\n')
      .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/&&|;|\|/))
      .map((text) => (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["'](.*)["']$/, '$1')))
      .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
      .filter((words) => words.length > 0)
      .map((words) => ({ where: `${file.path}: ${words.join(' ')}`, words })),
  ),
);

describe('command lines in Markdown files', () => {
  it('are taken by the parser', () => {
    const own = lines.flatMap(({ where, words }) => {
      const [first, second, ...rest] = words;
      if (first === 'irisflow') return [{ where, words: words.slice(1) }];
      return first === 'npx' && second === 'irisflow' ? [{ where, words: rest }] : [];
    });
    expect(own.length).toBeGreaterThan(30);
    expect(own.flatMap(({ where, words }) => refusal(words)?.concat(` (${where})`) ?? [])).toEqual([]);
    expect(refusal(['train', '--no-such-option'])).toContain('--no-such-option');
    expect(refusal(['refine', 'face.mp4'])).toContain('--run');
  });

  it('name scripts of package.json', () => {
    const unknown = lines.filter(({ words: [npm, run, script = ''] }) => {
      return npm === 'npm' && run === 'run' && !(script in scripts);
    });
    expect(unknown.map(({ where }) => where)).toEqual([]);
  });

  it('name examples and benchmarks that exist', () => {
    const missing = lines.flatMap(({ where, words }) =>
      words
        .filter((word) => /^(\.\/)?(examples|bench|scripts)\/\S+\.\w+$/.test(word))
        .filter((word) => !existsSync(join(root, word)))
        .map(() => where),
    );
    expect(missing).toEqual([]);
  });
});
