/** Makes pictures of noise with what a run has learned, and writes them to a folder, with labels to a folder for each. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { openEngine } from '../engine/open.js';
import type { EngineName } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import { integerOption } from '../flow/options.js';
import { classesIn } from '../inputs/classes-of.js';
import { loadRecipe, samplerMaker } from '../models/registry.js';
import type { RecipeConfig, RunningSampler } from '../models/types.js';
import { loadCheckpoint } from '../runs/checkpoint.js';
import { toImages } from '../streams/to-images.js';
import { settledIn } from '../streams/unfinished.js';
import { type SampledLabel, SamplePlan, sampledFrames } from './sampled-frames.js';

/** Options of {@link sampleRun}. */
export interface SampleRunOptions {
  /** The run folder, of a recipe that makes pictures of noise. */
  readonly run: string;
  /** How many pictures, 1 to 1,000,000. */
  readonly count: number;
  /** The folder for `000001.png` …; where the recipe takes labels, the folder for a folder of each label. */
  readonly output: string;
  /** Only this label. By default pictures are spread evenly over all of them. */
  readonly label?: string;
  /** Decides the noise: the same seed and weights make the same pictures. Default 1. */
  readonly seed?: number;
  /** Pictures on the way between two noises, instead of each of its own; with labels, the same way for each. Default false. */
  readonly interpolate?: boolean;
  /** Default `auto`. */
  readonly engine?: EngineName | 'auto';
}

/** What has been made so far. */
export interface SampleSummary {
  /** Pictures written. */
  readonly pictures: number;
  /** The folder that is written. */
  readonly output: string;
  /** The labels that they are spread over; none where the recipe takes none. */
  readonly labels: readonly string[];
  /** Version of the weights. */
  readonly version: number;
}

/** Pictures being made. */
export interface SampleWork {
  /** Pictures that are to be made. */
  readonly total: number;
  /** After each picture. */
  readonly progress: Observable<SampleSummary>;
  /** Resolves when everything is written or it was stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Ends early; pictures that are written stay. */
  stop(): Promise<void>;
  /** What has been done so far. */
  summary(): SampleSummary;
}

/**
 * Makes pictures with the generator of a run, for example to enlarge a labelled data set: point a source or a training at the output
 * folder, or at one that holds it beside real pictures. Networks run on the calling thread, a few milliseconds at a time.
 *
 * Rejects before anything is written: with `USAGE` for wrong options, a recipe that refines pictures, a label that there is none of,
 * and an output that holds such pictures already; with `INPUT` or `CHECKPOINT` where the run has nothing to make them with.
 *
 * @example
 * import { sampleRun } from 'irisflow';
 *
 * const work = await sampleRun({ run: 'runs/digits', count: 1000, output: 'more-digits' });
 * work.progress.subscribe(({ pictures }) => console.log(pictures));
 * await work.done;
 */
export async function sampleRun(options: SampleRunOptions): Promise<SampleWork> {
  const { run, output, seed = 1, interpolate = false } = options;
  const count = integerOption('count', options.count, 1, 1_000_000);
  integerOption('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const checkpoint = await loadCheckpoint(run);
  if (!checkpoint) {
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const { config, version } = checkpoint;
  const recipe = await loadRecipe(config.recipe);
  const createSampler = samplerMaker(recipe);
  const disposables = new Disposables();
  try {
    const engine = await openEngine(options.engine ?? 'auto');
    disposables.add(() => engine.dispose());
    const sampler = await createSampler(engine, config, recipe.generatorWeights(checkpoint), { freeze: true });
    disposables.add(() => sampler.dispose());
    const labels = chosenLabels(classNames(config, sampler), options.label, config.recipe);
    const plan = new SamplePlan({ count, seed, interpolate, labels, noiseSize: sampler.noiseSize });
    await checkFree(output, plan.folders);
    return start(sampler, plan, config, { output, version }, disposables);
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
}

function start(
  sampler: RunningSampler,
  plan: SamplePlan,
  config: RecipeConfig,
  { output, version }: Pick<SampleSummary, 'output' | 'version'>,
  disposables: Disposables,
): SampleWork {
  let pictures = 0;
  const labels = plan.labels.map(({ name }) => name);
  const summary = (): SampleSummary => ({ pictures, output, labels, version });
  const progress = new Subject<SampleSummary>();
  let subscription: Subscription | undefined;
  const ending = new Completion(async () => {
    subscription?.unsubscribe();
    await settledIn(output);
    await disposables.dispose();
    progress.complete();
  });
  subscription = sampledFrames(sampler, plan, config)
    .pipe(toImages(output, { name: ({ sequence }) => plan.picture(sequence).file }))
    .subscribe({
      next: () => {
        pictures++;
        progress.next(summary());
      },
      error: (error) => void ending.fail(error),
      complete: () => void ending.finish(),
    });
  return { total: plan.count, progress, done: ending.done, stop: () => ending.finish(), summary };
}

/** The names of the classes that a generator takes. */
function classNames(config: RecipeConfig, sampler: RunningSampler): string[] {
  const names = classesIn(config);
  return Array.from({ length: sampler.classes }, (_, i) => names[i] ?? String(i));
}

/** All classes, or the one that is asked for. Throws `USAGE` where there is none of that name. */
function chosenLabels(names: readonly string[], asked: string | undefined, recipe: string): SampledLabel[] {
  const all = names.map((name, index) => ({ name, index }));
  if (asked === undefined) return all;
  const chosen = all.filter(({ name }) => name === asked);
  if (chosen.length > 0) return chosen;
  const there = names.length > 0 ? `labels: ${names.join(', ')}` : `${recipe} learns none, leave --label out`;
  throw new IrisflowError('USAGE', `there is no label ${JSON.stringify(asked)}; ${there}`);
}

/** Rejects with `USAGE` where the output cannot be a folder, or holds numbered pictures that would be mixed up with the new ones. */
async function checkFree(output: string, folders: readonly string[]): Promise<void> {
  if ((await stat(output).catch(() => undefined))?.isDirectory() === false) {
    throw new IrisflowError('USAGE', `the output ${output} is a file: choose another --output`);
  }
  for (const folder of folders) {
    const path = join(output, folder);
    const found = (await readdir(path).catch(() => [])).find((name) => /^\d{6,}\.png$/.test(name));
    if (found === undefined) continue;
    throw new IrisflowError('USAGE', `there is ${join(path, found)} already: choose another --output, or remove it`);
  }
}
