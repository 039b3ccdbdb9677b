/** The SimGAN paper's headline, repeated in shape: are refined renders worth more than raw ones to who must read real pictures? */
import { setImmediate } from 'node:timers/promises';
import { type Observable, Subject } from 'rxjs';
import { openEngine } from '../../engine/open.js';
import type { Engine } from '../../engine/types.js';
import { resolveOptions } from '../../options/check.js';
import { type GazeExperimentOptions, gazeOptions } from './options.js';
import { ablationsOf, LEAST_STEPS, MAIN, planOf } from './plan.js';
import { writeReport } from './report.js';
import { type Results, ResultsFile } from './results-file.js';
import { type MeasuredVariant, SeedRun } from './seed-run.js';
import { writeStrip } from './strips.js';
import type { Cell, GazePlan, GazeProgress, Variant } from './types.js';

/** An experiment that runs on the calling thread, which gets a turn between two steps. */
export interface GazeExperiment {
  readonly engine: string;
  /** All variants, the main ones first. */
  readonly variants: readonly Variant[];
  /** Cells that were there already, from an earlier call. */
  readonly resumed: number;
  /** How many cells there will be. */
  readonly total: number;
  readonly progress: Observable<GazeProgress>;
  /** Each cell as it is finished; it has been written by then. */
  readonly cells: Observable<Cell>;
  /** What is known now. */
  results(): Results;
  /** Resolves when all is done or it was stopped; rejects where it failed. */
  readonly done: Promise<void>;
  /** Ends it within a step. What was not finished is made anew by the next call. */
  stop(): Promise<void>;
}

/** Adversarial steps that are made to see how long one takes. */
const TRIAL_STEPS = 12;
/** Of what the raw variant takes, a refined one's share besides its refiner: all but making the pictures. */
const SAME_AS_RAW = 0.8;

/**
 * Trains gaze networks on raw renders, on refined renders and on real pictures (the same kind of eyes, other people and light, through a
 * webcam that nobody describes to the refiner), and tests each on held-out real pictures of other people. For every seed; then for
 * every ablation. Writes `results.json`, `results.md`, charts and strips of pictures into the folder after each variant.
 *
 * @param command the command line, for the report
 * @throws IrisflowError `USAGE` for a wrong option or a folder of other results, `INPUT` for a folder that cannot be written
 */
export async function openGazeExperiment(given: GazeExperimentOptions, command: string): Promise<GazeExperiment> {
  const plan = planOf(given);
  const options = resolveOptions('openGazeExperiment', gazeOptions, given);
  const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
  const variants = [...MAIN, ...ablationsOf(plan, options.ablations ?? [])];
  const engine = await openEngine(options.engine);
  const file = await opened(options.output, plan, engine);
  const resumed = seeds.flatMap((seed) => variants.filter(({ name }) => file.cell(name, seed))).length;
  const progress = new Subject<GazeProgress>();
  const cells = new Subject<Cell>();
  const stopping = new AbortController();
  const told = { next: (value: GazeProgress) => progress.next(value), found: (cell: Cell) => cells.next(cell) };
  const work = new Work(engine, file, { output: options.output, command, seeds, variants }, stopping.signal, told);
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

async function opened(output: string, plan: GazePlan, engine: Engine): Promise<ResultsFile> {
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

interface Told {
  next(progress: GazeProgress): void;
  found(cell: Cell): void;
}

/** The experiment as it goes on. */
class Work {
  constructor(
    private readonly engine: Engine,
    private readonly file: ResultsFile,
    private readonly options: WorkOptions,
    private readonly signal: AbortSignal,
    private readonly told: Told,
  ) {}

  /** The main variants of every seed first: what an interruption leaves is a smaller experiment. */
  async all(): Promise<void> {
    const { seeds, variants, output, command } = this.options;
    const main = (variant: Variant) => variant.group === 'main';
    // Listeners come first.
    await setImmediate();
    for (const part of [variants.filter(main), variants.filter((variant) => !main(variant))]) {
      for (const seed of seeds) await this.#seed(seed, part);
    }
    await writeReport(output, this.file.results, variants, command);
  }

  async #seed(seed: number, variants: readonly Variant[]): Promise<void> {
    const { output, seeds, command } = this.options;
    const { signal, told } = this;
    const { plan } = this.file.results;
    const run = new SeedRun(this.engine, { plan, seed, signal, onProgress: (progress) => told.next(progress) });
    for (const variant of variants) {
      if (this.file.cell(variant.name, seed)) continue;
      signal.throwIfAborted();
      const { cell, shown } = await this.#variant(run, variant, seed);
      if (seed === seeds[0]) await writeStrip(output, variant.name, shown, plan.size);
      this.file.add(cell);
      await writeReport(output, this.file.results, this.options.variants, command);
      told.found(cell);
    }
  }

  async #variant(run: SeedRun, variant: Variant, seed: number): Promise<MeasuredVariant> {
    if (variant.pictures) return run.plain(variant, variant.pictures);
    const steps = this.file.results.plan.steps ?? (await this.#measuredSteps(run));
    const seconds = this.file.cell('refined', seed)?.refiner?.seconds;
    return run.refined(variant, { steps, seconds });
  }

  /** Steps that the minutes allow, given what the first seed's raw and real variants took and what a step takes. */
  async #measuredSteps(run: SeedRun): Promise<number> {
    const { seeds } = this.options;
    const [raw, real] = ['raw', 'real'].map((name) => this.file.cell(name, seeds[0] as number)?.seconds ?? 0);
    const { minutes = 0 } = this.file.results.plan;
    const left = (60 * minutes) / seeds.length - (raw as number) * (1 + SAME_AS_RAW) - (real as number);
    const steps = Math.max(LEAST_STEPS, Math.floor(left / (await run.stepSeconds(TRIAL_STEPS))));
    this.file.fixSteps(steps);
    return steps;
  }
}
