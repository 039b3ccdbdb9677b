/** Generates pictures from noise with the weights of a run, and writes them to a folder, or to a folder for each label. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { openEngine } from '../engine/open.js';
import { IrisflowError } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import { classesIn } from '../inputs/classes-of.js';
import { recipeOfRun, samplerMaker } from '../models/registry.js';
import type { RecipeConfig, RunningSampler } from '../models/types.js';
import { resolveOptions } from '../options/check.js';
import { loadCheckpoint } from '../runs/checkpoint.js';
import { toImages } from '../streams/to-images.js';
import { settledIn } from '../streams/unfinished.js';
import { type SampleRunOptions, sampleOptions } from './options.js';
import { type SampledLabel, SamplePlan, sampledFrames } from './sampled-frames.js';

/** The pictures that have been generated so far. */
export interface SampleSummary {
  /** Number of pictures written. */
  readonly pictures: number;
  /** The output folder. */
  readonly output: string;
  /** The labels of the pictures; empty where the recipe has none. */
  readonly labels: readonly string[];
  /** Version of the weights. */
  readonly version: number;
}

/** A running generation of pictures. */
export interface SampleWork {
  /** Number of pictures to generate. */
  readonly total: number;
  /** Emits after each picture. */
  readonly progress: Observable<SampleSummary>;
  /** Resolves when everything is written or it was stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Stops early. Pictures that are written stay. */
  stop(): Promise<void>;
  /** The pictures that have been generated so far. */
  summary(): SampleSummary;
}

/**
 * Generates pictures with the generator of a run, for example to enlarge a labelled data set: the output folder can be a source of another
 * training. Networks run on the calling thread, a few milliseconds at a time.
 *
 * Rejects before anything is written: with `USAGE` for wrong options, a recipe that refines pictures, an unknown label, and an output
 * that already has such pictures; with `INPUT` or `CHECKPOINT` where the run has no checkpoint or a damaged one.
 *
 * @example
 * import { sampleRun } from 'irisflow';
 *
 * const work = await sampleRun({ run: 'runs/digits', count: 1000, output: 'more-digits' });
 * work.progress.subscribe(({ pictures }) => console.log(pictures));
 * await work.done;
 */
export async function sampleRun(given: SampleRunOptions): Promise<SampleWork> {
  const options = resolveOptions('sampleRun', sampleOptions, given);
  const { run, output, seed, interpolate, count } = options;
  const checkpoint = await loadCheckpoint(run);
  if (!checkpoint) {
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const { config, version } = checkpoint;
  const recipe = await recipeOfRun(config.recipe, options.recipe);
  const createSampler = samplerMaker(recipe);
  const disposables = new Disposables();
  try {
    const engine = await openEngine(options.engine);
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

/** The names of the classes of a generator. */
function classNames(config: RecipeConfig, sampler: RunningSampler): string[] {
  const names = classesIn(config);
  return Array.from({ length: sampler.classes }, (_, i) => names[i] ?? String(i));
}

/** All labels, or the one that is named. Throws `USAGE` where there is none of that name. */
function chosenLabels(names: readonly string[], label: string | undefined, recipe: string): SampledLabel[] {
  const all = names.map((name, index) => ({ name, index }));
  if (label === undefined) return all;
  const chosen = all.filter(({ name }) => name === label);
  if (chosen.length > 0) return chosen;
  const advice = names.length > 0 ? `give one of ${names.join(', ')}` : `${recipe} has no labels, leave --label out`;
  throw new IrisflowError('USAGE', `there is no label ${JSON.stringify(label)}: ${advice}`);
}

/** Rejects with `USAGE` where the output is a file, or already has numbered pictures, which would be mixed with the new ones. */
async function checkFree(output: string, folders: readonly string[]): Promise<void> {
  if ((await stat(output).catch(() => undefined))?.isDirectory() === false) {
    throw new IrisflowError('USAGE', `the output ${output} is a file: choose another --output`);
  }
  for (const folder of folders) {
    const path = join(output, folder);
    const found = (await readdir(path).catch(() => [])).find((name) => /^\d{6,}\.png$/.test(name));
    if (found === undefined) continue;
    throw new IrisflowError('USAGE', `${join(path, found)} already exists: choose another --output, or remove it`);
  }
}
