/** Makes pictures of noise with what a run has learned, and writes them to a folder, with labels to a folder for each. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { openEngine } from '../engine/open.js';
import { IrisflowError } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import { classesIn } from '../inputs/classes-of.js';
import { loadRecipe, samplerMaker } from '../models/registry.js';
import type { RecipeConfig, RunningSampler } from '../models/types.js';
import { resolveOptions } from '../options/check.js';
import { loadCheckpoint } from '../runs/checkpoint.js';
import { toImages } from '../streams/to-images.js';
import { settledIn } from '../streams/unfinished.js';
import { type SampleRunOptions, sampleOptions } from './options.js';
import { type SampledLabel, SamplePlan, sampledFrames } from './sampled-frames.js';

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
export async function sampleRun(given: SampleRunOptions): Promise<SampleWork> {
  const options = resolveOptions('sampleRun', sampleOptions, given);
  const { run, output, seed, interpolate, count } = options;
  const checkpoint = await loadCheckpoint(run);
  if (!checkpoint) {
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const { config, version } = checkpoint;
  const recipe = await loadRecipe(config.recipe);
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
