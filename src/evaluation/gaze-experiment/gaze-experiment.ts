/** Repeats the SimGAN paper's main experiment: does training on refined renders, instead of raw ones, improve gaze estimation on real pictures? */
import { setImmediate } from 'node:timers/promises';
import { type Observable, Subject } from 'rxjs';
import { openEngine } from '../../engine/open.js';
import type { Engine } from '../../engine/types.js';
import { resolveOptions } from '../../options/check.js';
import { type GazeExperimentOptions, gazeOptions } from './options.js';
import { ablationsOf, MAIN, MIN_STEPS, planOf } from './plan.js';
import { writeReport } from './report.js';
import { type Results, ResultsFile } from './results-file.js';
import { type MeasuredVariant, SeedRun } from './seed-run.js';
import { writeStrip } from './strips.js';
import type { Cell, GazePlan, GazeProgress, Variant } from './types.js';

/** An experiment that runs on the calling thread and yields to the event loop between two steps. */
export interface GazeExperiment {
  readonly engine: string;
  /** All variants, the main ones first. */
  readonly variants: readonly Variant[];
  /** Number of cells that an earlier call has finished. */
  readonly resumed: number;
  /** Total number of cells. */
  readonly total: number;
  readonly progress: Observable<GazeProgress>;
  /** Each finished cell, after it has been written. */
  readonly cells: Observable<Cell>;
  /** The results so far. */
  results(): Results;
  /** Resolves when the experiment is finished or stopped; rejects on an error. */
  readonly done: Promise<void>;
  /** Stops within a step. The next call repeats the unfinished cells. */
  stop(): Promise<void>;
}

/** Adversarial steps of the measurement of the time per step. */
const TRIAL_STEPS = 12;
/** Time of a refined variant without its refiner, relative to the raw variant, which also generates the pictures. */
const SHARE_OF_RAW = 0.8;

/**
 * Trains gaze networks on raw renders, on refined renders and on real pictures (eyes of other people in other light, seen by a simulated
 * webcam that the refiner does not know), and tests each on held-out real pictures of other people. It runs the main variants for every
 * seed, then every ablation, and writes `results.json`, `results.md`, charts and strips of pictures into the folder after each variant.
 *
 * @param command the command line, for the report
 * @throws {IrisflowError} `USAGE` for a wrong option or a folder of other results, `INPUT` for a folder that cannot be written
 */
export async function openGazeExperiment(given: GazeExperimentOptions, command: string): Promise<GazeExperiment> {
  const plan = planOf(given);
  const options = resolveOptions('openGazeExperiment', gazeOptions, given);
  const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
  const variants = [...MAIN, ...ablationsOf(plan, options.ablations ?? [])];
  const engine = await openEngine(options.engine);
  const file = await openResults(options.output, plan, engine);
  const resumed = seeds.flatMap((seed) => variants.filter(({ name }) => file.cell(name, seed))).length;
  const progress = new Subject<GazeProgress>();
  const cells = new Subject<Cell>();
  const stopping = new AbortController();
  const listeners = { next: (value: GazeProgress) => progress.next(value), found: (cell: Cell) => cells.next(cell) };
  const work = new Work(engine, file, { output: options.output, command, seeds, variants }, stopping.signal, listeners);
  const done = work
    .all()
    .catch((error) => {
      if (!stopping.signal.aborted) throw error;
    })
    .finally(async () => {
      progress.complete();
      cells.complete();
      await engine.dispose();
    });
  return {
    engine: engine.description,
    variants,
    resumed,
    total: seeds.length * variants.length,
    progress: progress.asObservable(),
    cells: cells.asObservable(),
    results: () => file.results,
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function openResults(output: string, plan: GazePlan, engine: Engine): Promise<ResultsFile> {
  try {
    return ResultsFile.open(output, plan, engine.description);
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

interface WorkOptions {
  readonly output: string;
  readonly command: string;
  readonly seeds: readonly number[];
  readonly variants: readonly Variant[];
}

interface Listeners {
  next(progress: GazeProgress): void;
  found(cell: Cell): void;
}

/** The running experiment. */
class Work {
  constructor(
    private readonly engine: Engine,
    private readonly file: ResultsFile,
    private readonly options: WorkOptions,
    private readonly signal: AbortSignal,
    private readonly listeners: Listeners,
  ) {}

  /** Runs the main variants of every seed first, so that an interrupted experiment is a complete smaller one. */
  async all(): Promise<void> {
    const { seeds, variants, output, command } = this.options;
    const main = (variant: Variant) => variant.group === 'main';
    // The caller must be able to subscribe before the first event.
    await setImmediate();
    for (const part of [variants.filter(main), variants.filter((variant) => !main(variant))]) {
      for (const seed of seeds) await this.#seed(seed, part);
    }
    await writeReport(output, this.file.results, variants, command);
  }

  async #seed(seed: number, variants: readonly Variant[]): Promise<void> {
    const { output, seeds, command } = this.options;
    const { signal, listeners } = this;
    const { plan } = this.file.results;
    const run = new SeedRun(this.engine, { plan, seed, signal, onProgress: (progress) => listeners.next(progress) });
    for (const variant of variants) {
      if (this.file.cell(variant.name, seed)) continue;
      signal.throwIfAborted();
      const { cell, shown } = await this.#variant(run, variant, seed);
      if (seed === seeds[0]) await writeStrip(output, variant.name, shown, plan.size);
      this.file.add(cell);
      await writeReport(output, this.file.results, this.options.variants, command);
      listeners.found(cell);
    }
  }

  async #variant(run: SeedRun, variant: Variant, seed: number): Promise<MeasuredVariant> {
    if (variant.pictures) return run.plain(variant, variant.pictures);
    const steps = this.file.results.plan.steps ?? (await this.#measuredSteps(run));
    const seconds = this.file.cell('refined', seed)?.refiner?.seconds;
    return run.refined(variant, { steps, seconds });
  }

  /** The number of steps that fits the minutes, from the durations of the first seed's raw and real variants and of a step. */
  async #measuredSteps(run: SeedRun): Promise<number> {
    const { seeds } = this.options;
    const [raw, real] = ['raw', 'real'].map((name) => this.file.cell(name, seeds[0] as number)?.seconds ?? 0);
    const { minutes = 0 } = this.file.results.plan;
    const secondsLeft = (60 * minutes) / seeds.length - (raw as number) * (1 + SHARE_OF_RAW) - (real as number);
    const steps = Math.max(MIN_STEPS, Math.floor(secondsLeft / (await run.stepSeconds(TRIAL_STEPS))));
    this.file.fixSteps(steps);
    return steps;
  }
}
