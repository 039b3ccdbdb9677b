/** Refines a file or pictures with what a run has learned: every frame in, every frame out, in order. */

import { type Observable, ReplaySubject, Subject, type Subscription, tap } from 'rxjs';
import type { EngineName } from '../engine/types.js';
import { IrisflowError, messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import type { Crop } from '../frame.js';
import { croppedOf } from '../inputs/crops-of.js';
import { refinedSpan } from '../inputs/eye-span.js';
import { type Input, openInput } from '../inputs/input.js';
import { asTrained } from '../inputs/prepare.js';
import { loadRecipe } from '../models/registry.js';
import type { Checkpoint, Recipe } from '../models/types.js';
import { pasteBack } from '../operators/paste-back.js';
import { refine } from '../operators/refine.js';
import { resolveOptions } from '../options/check.js';
import { loadCheckpoint } from '../runs/checkpoint.js';
import { RunFolder } from '../runs/run-folder.js';
import { settledIn } from '../streams/unfinished.js';
import { InferenceWorker } from '../workers/inference-worker.js';
import { openEnlarging, type Refining } from './enlarging.js';
import { type RefineSourceOptions, refineOptions } from './options.js';
import { openOutput } from './refine-output.js';
import type { SessionEvent } from './types.js';

/** What has been refined so far. */
export interface RefineSummary {
  /** Frames written. */
  readonly frames: number;
  /** Of those, how many have a refined part; the others had no face, or the model failed on them. */
  readonly refined: number;
  /** Pictures that could not be read. */
  readonly skipped: number;
  /** Version of the weights. */
  readonly version: number;
  /** The file or folder that is written. */
  readonly output: string;
}

/** A file or folder being refined. */
export interface RefineWork {
  /** Frames to expect, where known. */
  readonly total: number | undefined;
  /** After each frame. */
  readonly progress: Observable<RefineSummary>;
  /** What a person should know and does not end the work. */
  readonly events: Observable<SessionEvent>;
  /** Resolves when everything is written; rejects when it failed. */
  readonly done: Promise<void>;
  /** Ends early: pictures that are written stay, a video that is not finished is removed. */
  stop(): Promise<void>;
  /** What has been done so far. */
  summary(): RefineSummary;
}

/** Rejects with `USAGE`, `INPUT` or `CHECKPOINT` before anything is written where something given is wrong. */
export async function refineSource(wishes: RefineSourceOptions): Promise<RefineWork> {
  const options = resolveOptions('refineSource', refineOptions, wishes);
  const { run, output } = options;
  const checkpoint = await loadCheckpoint(run);
  if (!checkpoint) {
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const { version } = checkpoint;
  const trained = RunFolder.readConfig(run);
  const crop = options.crop ?? trained?.crop ?? 'eyes';
  const given = asTrained(trained?.pairs);
  const recipe = await loadRecipe(checkpoint.config.recipe);
  const events = new ReplaySubject<SessionEvent>(20);
  const tell = (message: string) => events.next({ message });
  let skipped = 0;
  const skip = (message: string) => {
    skipped++;
    tell(message);
  };
  const { config } = checkpoint;
  const input = await openInput(options.source, { reading: { as: 'whole-file' }, crop, config, tell: skip });
  const write = await openOutput(output, input.files);

  const enlarge = crop === 'none' ? recipe.createEnlarger : undefined;
  const way = enlarge
    ? await openEnlarging(enlarge, checkpoint, recipe.generatorWeights(checkpoint), options.engine, (error) =>
        skip(`${messageOf(error)}. It is skipped.`),
      )
    : await openRefining(
        {
          ...options,
          crop,
          eyeSpan: refinedSpan(recipe, config, trained?.eyeSpan),
          minEyeDistance: trained?.minEyeDistance,
        },
        checkpoint,
        recipe,
        given,
        tell,
      );

  let frames = 0;
  let refined = 0;
  const summary = (): RefineSummary => ({ frames, refined, skipped, version, output });
  const progress = new Subject<RefineSummary>();
  let subscription: Subscription | undefined;
  const ending = new Completion(async () => {
    subscription?.unsubscribe();
    await settledIn(output);
    await way.close();
    progress.complete();
    events.complete();
  });
  subscription = input.frames
    .pipe(
      way.refined,
      write,
      tap((frame) => {
        frames++;
        if (frame.refined) refined++;
        progress.next(summary());
      }),
    )
    .subscribe({ error: (error) => void ending.fail(error), complete: () => void ending.finish() });
  return { total: input.total, progress, events, done: ending.done, stop: () => ending.finish(), summary };
}

/** Parts cut out of each frame, refined and put back. */
async function openRefining(
  { engine, ...cut }: { readonly engine?: EngineName | 'auto' } & Pick<Input, 'crop' | 'eyeSpan' | 'minEyeDistance'>,
  checkpoint: Checkpoint,
  recipe: Recipe,
  given: (part: Crop) => Crop,
  tell: (message: string) => void,
): Promise<Refining> {
  const { config, version } = checkpoint;
  const worker = await InferenceWorker.open({ engine });
  try {
    await worker.loadRefiner({ config, weights: recipe.generatorWeights(checkpoint), version, freeze: true });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return {
    refined: (frames) =>
      frames.pipe(
        croppedOf(cut, worker, config, (error) => tell(`finding faces: ${messageOf(error)}`)),
        refine(
          { refine: (crops) => worker.refine(crops.map(given)) },
          { overflow: 'block', check: recipe.keepsPicture },
        ),
        tap(({ passedThrough }) => {
          if (passedThrough) tell(`a frame passes through unrefined: ${passedThrough}`);
        }),
        pasteBack(),
      ),
    close: () => worker.close(),
  };
}
