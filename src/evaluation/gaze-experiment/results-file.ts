/** `results.json`: what was measured so far, so that an interrupted experiment goes on where it stopped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IrisflowError, messageOf } from '../../errors.js';
import { currentPreset } from '../../models/options/former-names.js';
import { writeWholeSync } from '../../runs/whole-file.js';
import type { Cell, GazePlan } from './types.js';

/** The content of the file. */
export interface Results {
  readonly experiment: 'gaze';
  readonly plan: GazePlan;
  readonly engine: string;
  readonly cells: readonly Cell[];
}

const NAME = 'results.json';

/** The results in a folder. Every change is written immediately and atomically. */
export class ResultsFile {
  #results: Results;

  private constructor(
    private readonly folder: string,
    results: Results,
  ) {
    this.#results = results;
  }

  /**
   * Opens the folder's results, or creates them.
   *
   * @throws {IrisflowError} `INPUT` where the file is damaged or the folder cannot be written, `USAGE` where it holds results of another plan
   */
  static open(folder: string, plan: GazePlan, engine: string): ResultsFile {
    const before = read(folder);
    if (before) {
      const { steps, ...requested } = before.plan;
      const same = (a: object, b: object) =>
        JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
      // The number of steps that was measured for the minutes is kept, so that a later call uses the same.
      if (!same(plan.minutes === undefined ? before.plan : requested, plan)) {
        throw new IrisflowError(
          'USAGE',
          `${folder} holds results of other options (${shown(before.plan)}, not ${shown(plan)}): give those again, or another --output`,
        );
      }
      return new ResultsFile(folder, { ...before, plan: { ...plan, ...(steps !== undefined && { steps }) } });
    }
    const file = new ResultsFile(folder, { experiment: 'gaze', plan, engine, cells: [] });
    file.#write('INPUT');
    return file;
  }

  get results(): Results {
    return this.#results;
  }

  cell(variant: string, seed: number): Cell | undefined {
    return this.#results.cells.find((cell) => cell.variant === variant && cell.seed === seed);
  }

  /** Adds a cell and writes the file. @throws {IrisflowError} `SINK` where it cannot be written */
  add(cell: Cell): void {
    this.#results = { ...this.#results, cells: [...this.#results.cells, cell] };
    this.#write();
  }

  /** Stores the number of steps that was measured for the minutes. */
  fixSteps(steps: number): void {
    this.#results = { ...this.#results, plan: { ...this.#results.plan, steps } };
    this.#write();
  }

  #write(code: 'INPUT' | 'SINK' = 'SINK'): void {
    writeResult(join(this.folder, NAME), `${JSON.stringify(this.#results, undefined, 2)}\n`, code);
  }
}

/** Replaces a file of an experiment as a whole or not at all; makes the folder where it is missing. */
export function writeResult(path: string, content: string | Uint8Array, code: 'INPUT' | 'SINK' = 'SINK'): void {
  try {
    writeWholeSync(path, content);
  } catch (cause) {
    throw new IrisflowError(code, `could not write ${path}: ${messageOf(cause)}`, { cause });
  }
}

function read(folder: string): Results | undefined {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new IrisflowError('INPUT', `could not read ${path}: ${messageOf(cause)}`, { cause });
  }
  try {
    const results = JSON.parse(text) as Results;
    if (results.experiment !== 'gaze' || typeof results.plan !== 'object' || !Array.isArray(results.cells)) {
      throw new Error('it holds no results of the gaze experiment');
    }
    return underCurrentNames(results);
  } catch (cause) {
    throw new IrisflowError('INPUT', `${path} is damaged: ${messageOf(cause)}; give another --output`, { cause });
  }
}

/** Results of an earlier release, with the present names of presets. */
function underCurrentNames({ plan, cells, ...rest }: Results): Results {
  const current = (preset: string) => currentPreset('simgan', preset);
  return {
    ...rest,
    plan: { ...plan, preset: current(plan.preset) },
    cells: cells.map(({ variant, refiner, ...cell }) => ({
      ...cell,
      variant: variant.replace(/^preset-(.*)$/, (_, preset: string) => `preset-${current(preset)}`),
      ...(refiner && { refiner: { ...refiner, preset: current(refiner.preset) } }),
    })),
  };
}

function shown({ preset, size, pictures, gazeSteps, classifiers, minutes, steps }: GazePlan): string {
  const length = minutes === undefined ? `${steps} steps` : `${minutes} minutes`;
  return `${length}, ${pictures} pictures of ${size} pixels, ${gazeSteps} gaze steps, preset ${preset}${classifiers ? '' : ', no classifiers'}`;
}
