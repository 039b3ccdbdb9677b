/** A run's folder: `config.json`, `metrics.jsonl`, the checkpoint beside them, and a lock so that one process owns it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { checkRunInputs } from '../inputs/run-input-options.js';
import type { RunInputs } from '../inputs/run-inputs.js';
import { currentConfig } from '../models/options/former-names.js';
import type { RecipeConfig } from '../models/types.js';
import { Lock } from './lock.js';
import { MetricsFile } from './metrics-file.js';
import { writeAdvice, writeWholeSync } from './whole-file.js';

/** What `config.json` holds: how the run is trained, and what it was last trained on (see `lastingInputs`). */
export interface RunConfig extends Partial<RunInputs> {
  readonly config: RecipeConfig;
}

/** An open run folder. */
export class RunFolder {
  readonly metrics: MetricsFile;

  private constructor(
    readonly path: string,
    private readonly lock: Lock,
  ) {
    this.metrics = new MetricsFile(join(path, 'metrics.jsonl'));
  }

  /** Creates or opens the folder and takes its lock. Throws `INPUT` where another live process holds it or it cannot be written. */
  static open(path: string): RunFolder {
    try {
      mkdirSync(path, { recursive: true });
    } catch (cause) {
      throw new IrisflowError('INPUT', `the run folder ${path} cannot be made: ${messageOf(cause)}`, { cause });
    }
    return new RunFolder(path, Lock.take(resolve(path, 'lock')));
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

  /** Throws `SINK` where the disk is full or the file cannot be written; the old one is intact then. */
  writeConfig(config: RunConfig): void {
    const file = join(this.path, 'config.json');
    try {
      writeWholeSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
    } catch (cause) {
      const message = `could not write ${file}: ${messageOf(cause)}; ${writeAdvice(cause)}.`;
      throw new IrisflowError('SINK', message, { cause });
    }
  }

  close(): void {
    this.lock.release();
  }
}
