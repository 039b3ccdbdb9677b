/** Refines a video file or pictures with the weights of a run: every frame, in order. */

import { type Observable, ReplaySubject, Subject, type Subscription, tap } from 'rxjs';
import type { EngineName } from '../engine/types.js';
import { IrisflowError, messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import type { Crop } from '../frame.js';
import { croppedOf } from '../inputs/crops-of.js';
import { refinedSpan } from '../inputs/eye-span.js';
import { type Input, openInput } from '../inputs/input.js';
import { inWords } from '../inputs/left-out.js';
import { asTrained } from '../inputs/prepare.js';
import { moduleOf, recipeOfRun } from '../models/registry.js';
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
import { isVideoOutput, openOutput } from './refine-output.js';
import type { SessionEvent } from './types.js';

/** The frames that have been refined so far. */
export interface RefineSummary {
  /** Number of frames written. */
  readonly frames: number;
  /** Number of written frames with a refined crop. In the others no face was found, or the refinement failed. */
  readonly refined: number;
  /** Number of pictures that could not be read. */
  readonly skipped: number;
  /** Version of the weights. */
  readonly version: number;
  /** The output file or folder. */
  readonly output: string;
}

/** A running refinement of a file or folder. */
export interface RefineWork {
  /** Number of frames of the input, where known. */
  readonly total: number | undefined;
  /** Emits after each frame. */
  readonly progress: Observable<RefineSummary>;
  /** Messages for the user that do not end the work. */
  readonly events: Observable<SessionEvent>;
  /** Resolves when everything is written; rejects when it failed. */
  readonly done: Promise<void>;
  /** Stops early: pictures that are written stay, a video that is not finished is removed. */
  stop(): Promise<void>;
  /** The frames that have been refined so far. */
  summary(): RefineSummary;
}

/**
 * Refines a video file or pictures with the checkpoint of a run. Rejects with `USAGE`, `INPUT` or `CHECKPOINT` before anything is written
 * where an option, the input or the run is wrong.
 */
export async function refineSource(given: RefineSourceOptions): Promise<RefineWork> {
  const options = resolveOptions('refineSource', refineOptions, given);
  const { run, output } = options;
  const checkpoint = await loadCheckpoint(run);
  if (!checkpoint) {
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const { version } = checkpoint;
  const trained = RunFolder.readConfig(run);
  const crop = options.crop ?? trained?.crop ?? 'eyes';
  const toGeneratorInput = asTrained(trained?.pairs);
  const recipe = await recipeOfRun(checkpoint.config.recipe, options.recipe);
  const events = new ReplaySubject<SessionEvent>(20);
  const tell = (message: string) => events.next({ message });
  let skipped = 0;
  let crowded = 0;
  const skip = (message: string) => {
    skipped++;
    tell(message);
  };
  const { config } = checkpoint;
  const input = await openInput(options.source, {
    reading: { as: 'whole-file', output, tell },
    crop,
    config,
    tell: skip,
  });
  const write = await openOutput(output, input.files, options.fps);
  const { leftOut = [], remarks = [], pictures } = input.files;
  for (const remark of remarks) tell(remark);
  const lost = [...leftOut, ...(pictures || isVideoOutput(output) ? [] : ['the times of its frames'])];
  if (lost.length > 0) tell(`${output} does not hold ${inWords(lost)} of ${options.source}`);

  const enlarge = crop === 'none' ? recipe.createEnlarger : undefined;
  const refinement = enlarge
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
        toGeneratorInput,
        tell,
        (faces) => {
          if (faces > 1) crowded++;
        },
      );

  let frames = 0;
  let refined = 0;
  const summary = (): RefineSummary => ({ frames, refined, skipped, version, output });
  const progress = new Subject<RefineSummary>();
  let subscription: Subscription | undefined;
  const ending = new Completion(async () => {
    if (crowded > 0) tell(`several faces were seen in ${crowded} of ${frames} frames: one face a frame is refined`);
    subscription?.unsubscribe();
    await settledIn(output);
    await refinement.close();
    progress.complete();
    events.complete();
  });
  subscription = input.frames
    .pipe(
      refinement.operator,
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

/** Crops each frame, refines the crops and pastes them back. */
async function openRefining(
  {
    engine,
    ...cropping
  }: { readonly engine?: EngineName | 'auto' } & Pick<Input, 'crop' | 'eyeSpan' | 'minEyeDistance'>,
  checkpoint: Checkpoint,
  recipe: Recipe,
  toGeneratorInput: (crop: Crop) => Crop,
  tell: (message: string) => void,
  onFaces: (faces: number) => void,
): Promise<Refining> {
  const { config, version } = checkpoint;
  const worker = await InferenceWorker.open({ engine });
  try {
    const weights = recipe.generatorWeights(checkpoint);
    await worker.loadRefiner({ config, module: moduleOf(recipe), weights, version, freeze: true });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return {
    operator: (frames) =>
      frames.pipe(
        croppedOf(cropping, worker, config, (error) => tell(`finding faces: ${messageOf(error)}`), undefined, onFaces),
        refine(
          { refine: (crops) => worker.refine(crops.map(toGeneratorInput)) },
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
