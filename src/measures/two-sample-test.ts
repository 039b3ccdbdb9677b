/** The classifier two-sample test: the accuracy of a newly trained classifier that distinguishes two sets of pictures. */
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import { evenly } from '../evenly.js';
import { type Random, randomAt } from '../random.js';
import { Classifier } from './classifier.js';
import { blocksOf, type Interval, meanOf, shareInterval } from './interval.js';
import { checkPictures, type Pictures, pictureAt } from './pictures.js';
import { anyPlace, cutWindow, evenPlaces, type Place, type Standard, standardOf, type Window } from './samples.js';

/** Smallest number of pictures in each set; with fewer the result is meaningless. */
export const MIN_PICTURES = 10;
/** Side of a patch in pixels, about the receptive field of the local adversarial loss. */
const PATCH = 16;

/** Sizes and training steps of the classifier for each scale. */
const PLANS = {
  whole: { batch: 24, steps: 160, maps: 12, judged: 32 },
  patch: { batch: 64, steps: 400, maps: 24, judged: 64 },
} as const;
/** Steps between two validations. */
const VALIDATE_EVERY = 20;
/** Validations without improvement after which training stops. */
const PATIENCE = 5;
/** Smallest decrease of the cross-entropy that counts as improvement; training also stops at a loss below it. */
const IMPROVEMENT = 0.003;
/** Windows of each kind in one validation, at most. */
const MAX_VALIDATION_WINDOWS = 256;

/** Options of {@link twoSampleTest}. */
export interface TwoSampleOptions {
  /** `whole` classifies each picture, `patch` each 16×16 patch, the scale of the local adversarial loss. */
  readonly scale: 'whole' | 'patch';
  /** Folds of the cross-validation; each is classified by a network trained on the others. Default 5. */
  readonly folds?: number;
  /** Seed of weights, batches and bootstrap. Default 1. */
  readonly seed?: number;
  /** Called with the finished share, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Aborts the test: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Result of a {@link twoSampleTest}. */
export interface TwoSampleResult {
  /** Balanced accuracy, 0 to 1: 0.5 is chance, 1 means that all pictures are classified correctly. */
  readonly accuracy: number;
  /** 95 % confidence interval of {@link accuracy}, by bootstrap over blocks of neighbouring pictures. */
  readonly interval: Interval;
  /** Number of classified pictures or patches of both kinds. */
  readonly count: number;
}

/**
 * Classifier two-sample test (Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017): it trains a small network to
 * distinguish `a` from `b` and measures its accuracy on held-out pictures.
 *
 * The test is cross-validated: for each fold a new network (three convolutions, about 35,000 weights) is trained on the other folds, a
 * part of which is used for early stopping. Folds are contiguous, so that neighbouring frames of a video are in the same fold where
 * possible. Batches hold equal numbers of `a` and `b`, mirrored at random.
 *
 * @param a at least 10 pictures, of at least 16×16 pixels
 * @param b at least 10 pictures, of the same size
 * @throws {IrisflowError} `USAGE` where the sets are too small or have different sizes.
 *
 * @example
 * import { twoSampleTest, type Pictures } from 'irisflow/evaluation';
 * import { openEngine } from 'irisflow/engine';
 *
 * declare const refined: Pictures;
 * declare const real: Pictures;
 * const engine = await openEngine('onnx');
 * const { accuracy, interval } = await twoSampleTest(engine, refined, real, { scale: 'patch' });
 * console.log(`accuracy ${accuracy}, 95 % confidence interval ${interval}; chance is 0.5`);
 */
export async function twoSampleTest(
  engine: Engine,
  a: Pictures,
  b: Pictures,
  options: TwoSampleOptions,
): Promise<TwoSampleResult> {
  const { scale, seed = 1, onProgress, signal } = options;
  check(a, b);
  const folds = Math.min(options.folds ?? 5, Math.floor(Math.min(a.count, b.count) / 2));
  if (!Number.isInteger(folds) || folds < 2) {
    throw new IrisflowError('USAGE', `folds is ${options.folds}: give a whole number from 2`);
  }
  const window = scale === 'patch' ? { width: PATCH, height: PATCH } : { width: a.width, height: a.height };
  const plan = PLANS[scale];
  const classifier = await Classifier.create(engine, { ...window, ...plan });
  try {
    const correct = [new Float64Array(a.count), new Float64Array(b.count)] as const;
    const blocks = [blocksOf(a.count, folds), blocksOf(b.count, folds)] as const;
    for (let fold = 0; fold < folds; fold++) {
      const parts = [part(a, blocks[0], fold), part(b, blocks[1], fold)] as const;
      const standard = await learn(classifier, parts, window, plan, seed + fold, async (share) => {
        onProgress?.((fold + share) / folds);
        // Networks block this thread, so the loop yields to timers and the signal's events.
        await setImmediate();
        signal?.throwIfAborted();
      });
      for (const kind of [0, 1] as const) {
        const { pictures, tested } = parts[kind];
        const places = evenPlaces(pictures, window);
        const cuts = tested.flatMap((index) => places.map((place) => ({ index, place })));
        const logits = await judge(classifier, pictures, cuts, window, plan.judged, standard);
        for (const [i, { index }] of cuts.entries()) {
          const logit = logits[i] as number;
          // A logit of 0 is undecided and counts as half correct.
          const share = logit === 0 ? 0.5 : Number(logit > 0 === (kind === 0));
          (correct[kind][index] as number) += share / places.length;
        }
      }
    }
    onProgress?.(1);
    const judgements = evenPlaces(a, window).length * (a.count + b.count);
    return { accuracy: meanOf(correct.map(meanOf)), interval: shareInterval(correct, seed), count: judgements };
  } finally {
    await classifier.dispose();
  }
}

function check(a: Pictures, b: Pictures): void {
  checkPictures(a, b);
  const fewest = Math.min(a.count, b.count);
  if (fewest < MIN_PICTURES) {
    throw new IrisflowError(
      'USAGE',
      `a two-sample test of ${fewest} pictures says nothing: give ${MIN_PICTURES} or more`,
    );
  }
  if (Math.min(a.width, a.height) < PATCH) {
    throw new IrisflowError(
      'USAGE',
      `pictures of ${a.width}×${a.height} are too small: give ${PATCH}×${PATCH} or more`,
    );
  }
}

/** The split of one set in one fold, by index. */
interface Part {
  readonly pictures: Pictures;
  readonly trained: readonly number[];
  readonly validated: readonly number[];
  readonly tested: readonly number[];
}

/** The fold is the test split; a fifth of the others, which starts after the fold, is for validation and the rest for training. */
function part(pictures: Pictures, blocks: readonly Interval[], fold: number): Part {
  const [from, to] = blocks[fold] as Interval;
  const tested = range(from, to);
  const others = [...range(to, pictures.count), ...range(0, from)];
  const validated = Math.max(1, Math.round(others.length / 5));
  return { pictures, tested, validated: others.slice(0, validated), trained: others.slice(validated) };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

type Parts = readonly [Part, Part];

/** Trains from scratch and restores the weights with the lowest validation loss. */
async function learn(
  classifier: Classifier,
  parts: Parts,
  window: Window,
  plan: (typeof PLANS)[keyof typeof PLANS],
  seed: number,
  pause: (share: number) => Promise<void>,
): Promise<Standard> {
  const random = randomAt(seed, 'two-sample');
  const standard = standardOf(parts.map(({ pictures, trained }) => ({ pictures, indices: trained })));
  const validation = parts.map((one) => validationWindows(one, window));
  const batch = new Float32Array(plan.batch * window.width * window.height * 3);
  classifier.restart(seed);
  // If no validation loss is below that of guessing, the untrained classifier, which guesses, is used.
  let best = { loss: Math.LN2, weights: classifier.snapshot() };
  for (let step = 1, idle = 0; step <= plan.steps && idle < PATIENCE; step++) {
    fillBatch(batch, parts, window, standard, random);
    await classifier.train(batch);
    if (step % VALIDATE_EVERY === 0) {
      let loss = 0;
      for (const kind of [0, 1] as const) {
        const cuts = validation[kind] as Cut[];
        const logits = await judge(classifier, parts[kind].pictures, cuts, window, plan.judged, standard);
        loss += meanOf(logits.map((logit) => softplus(kind === 0 ? -logit : logit))) / 2;
      }
      idle = loss < best.loss - IMPROVEMENT ? 0 : idle + 1;
      if (loss < best.loss) best = { loss, weights: classifier.snapshot() };
      if (loss < IMPROVEMENT) break;
    }
    await pause(step / plan.steps);
  }
  classifier.restore(best.weights);
  return standard;
}

function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Fills the batch with random windows of random training pictures, half of each kind. */
function fillBatch(batch: Float32Array, parts: Parts, window: Window, standard: Standard, random: Random): void {
  const floats = window.width * window.height * 3;
  const count = batch.length / floats;
  for (let i = 0; i < count; i++) {
    const { pictures, trained } = parts[i < count / 2 ? 0 : 1];
    const picture = pictureAt(pictures, trained[random.integer(trained.length)] as number);
    const place = anyPlace(pictures, window, random);
    cutWindow(picture, pictures.width, window, place, standard, random.integer(2) === 1, batch, i * floats);
  }
}

interface Cut {
  readonly index: number;
  readonly place: Place;
}

/** Windows of the validation pictures: all, or an even selection of {@link MAX_VALIDATION_WINDOWS}. */
function validationWindows({ pictures, validated }: Part, window: Window): Cut[] {
  const places = evenPlaces(pictures, window);
  const cuts = validated.flatMap((index) => places.map((place) => ({ index, place })));
  return evenly(cuts, MAX_VALIDATION_WINDOWS);
}

/** The logit of each window. */
async function judge(
  classifier: Classifier,
  pictures: Pictures,
  cuts: readonly Cut[],
  window: Window,
  size: number,
  standard: Standard,
): Promise<Float32Array> {
  const floats = window.width * window.height * 3;
  const batch = new Float32Array(size * floats);
  const logits = new Float32Array(cuts.length);
  for (let done = 0; done < cuts.length; done += size) {
    const some = cuts.slice(done, done + size);
    for (const [i, { index, place }] of some.entries()) {
      cutWindow(pictureAt(pictures, index), pictures.width, window, place, standard, false, batch, i * floats);
    }
    logits.set((await classifier.judge(batch)).subarray(0, some.length), done);
  }
  return logits;
}
