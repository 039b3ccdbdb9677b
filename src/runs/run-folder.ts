/** A run's folder: `config.json`, `metrics.jsonl`, the checkpoint beside them, and a lock so that one process owns it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { checkRunInputs } from '../inputs/run-input-options.js';
import type { RunInputs } from '../inputs/run-inputs.js';
import { currentConfig } from '../models/options/former-names.js';
import type { RecipeConfig } from '../models/types.js';
import { MetricsFile } from './metrics-file.js';
import { writeWholeSync } from './whole-file.js';

/** What `config.json` holds: how the run is trained, and what it was last trained on (see `lastingInputs`). */
export interface RunConfig extends Partial<RunInputs> {
  readonly config: RecipeConfig;
}

/** An open run folder. */
export class RunFolder {
  readonly metrics: MetricsFile;

  private constructor(readonly path: string) {
    this.metrics = new MetricsFile(join(path, 'metrics.jsonl'));
  }

  /** Creates or opens the folder and takes its lock. Throws `INPUT` where another live process holds it or it cannot be written. */
  static open(path: string): RunFolder {
    try {
      mkdirSync(path, { recursive: true });
    } catch (cause) {
      throw new IrisflowError('INPUT', `the run folder ${path} cannot be made: ${messageOf(cause)}`, { cause });
    }
    lock(resolve(path, 'lock'));
    return new RunFolder(path);
  }

  /** What `config.json` says, or undefined in a new folder. Throws `CHECKPOINT` where it is not readable as such. */
  static readConfig(path: string): RunConfig | undefined {
    const file = join(path, 'config.json');
    if (!existsSync(file)) return undefined;
    try {
      const parsed = JSON.parse(readFileSync(file, 'utf8')) as RunConfig;
      if (typeof parsed.config?.recipe !== 'string') throw new Error('it has no "config.recipe"');
      checkRunInputs(parsed);
      return { ...parsed, config: currentConfig(parsed.config) };
    } catch (cause) {
      throw new IrisflowError('CHECKPOINT', `${file} is damaged: ${messageOf(cause)}`, { cause });
    }
  }

  writeConfig(config: RunConfig): void {
    writeWholeSync(join(this.path, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  }

  close(): void {
    const file = resolve(this.path, 'lock');
    rmSync(file, { force: true });
    held.delete(file);
  }
}

/** Locks that this process holds. One with its number that it does not hold was left by a dead process of the same number. */
const held = new Set<string>();

function lock(file: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      held.add(file);
      return;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) {
        throw new IrisflowError('INPUT', `the run folder cannot be locked (${file}): ${messageOf(cause)}`, { cause });
      }
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner === process.pid ? held.has(file) : isAlive(owner)) {
        throw new IrisflowError(
          'INPUT',
          `the run folder is in use by process ${owner}: stop it or choose another --run`,
        );
      }
      rmSync(file, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
