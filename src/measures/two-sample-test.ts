/** The visual Turing test with a machine for the judge: how well a fresh classifier tells two sets of pictures apart. */
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import { evenly } from '../evenly.js';
import { type Random, randomAt } from '../random.js';
import { Classifier } from './classifier.js';
import { blocksOf, type Interval, meanOf, shareInterval } from './interval.js';
import { checkPictures, type Pictures, pictureAt } from './pictures.js';
import { anyPlace, cutWindow, evenPlaces, type Place, type Standard, standardOf, type Window } from './samples.js';

/** Fewer pictures of a kind say nothing. */
export const LEAST_PICTURES = 10;
/** Side of a patch in pixels: about what local adversarial loss looks at. */
const PATCH = 16;

/** How long and on how much a classifier learns, by scale. */
const PLANS = {
  whole: { batch: 24, steps: 160, maps: 12, judged: 32 },
  patch: { batch: 64, steps: 400, maps: 24, judged: 64 },
} as const;
/** Between two looks at the validation pictures, in steps. */
const LOOK_EVERY = 20;
/** Looks without improvement after which a classifier stops. */
const PATIENCE = 5;
/** What counts as an improvement of the cross-entropy; below it, nothing is left to improve. */
const IMPROVEMENT = 0.003;
/** Windows of a kind that one look takes at most. */
const LOOKED_AT = 256;

/** Options of {@link twoSampleTest}. */
export interface TwoSampleOptions {
  /** `whole`: one judgement a picture. `patch`: one for each 16×16 patch, the scale at which local adversarial loss works. */
  readonly scale: 'whole' | 'patch';
  /** Parts that the pictures are cut into; each is judged by a classifier that learned from the others. Default 5. */
  readonly folds?: number;
  /** Of weights, batches and bootstrap. Default 1. */
  readonly seed?: number;
  /** Is told the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Ends it early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a {@link twoSampleTest} finds. */
export interface TwoSampleResult {
  /** Mean of both kinds' shares of right judgements, 0 to 1: 0.5 is chance, 1 tells them apart every time. */
  readonly accuracy: number;
  /** 95 % interval of {@link accuracy}, by bootstrap over blocks of neighbouring pictures. */
  readonly interval: Interval;
  /** Judgements made: pictures of both kinds, or their patches. */
  readonly count: number;
}

/**
 * Classifier two-sample test (Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017): whether a small network can
 * learn to tell `a` from `b`, judged on pictures that it has not seen.
 *
 * Cross-validated: for each fold a fresh network (three convolutions, about 35,000 weights) learns from the other folds, a part of
 * which decides when it stops. Folds are contiguous parts of the order given, so that neighbouring frames of a video do not fall on
 * both sides. Batches hold as many of `a` as of `b`, turned over at random.
 *
 * @param a at least 10 pictures, of at least 16×16 pixels
 * @param b as many or not, of the same size
 * @throws {IrisflowError} `USAGE` where the sets are too small, or not of one size.
 *
 * @example
 * import { twoSampleTest, type Pictures } from 'irisflow/evaluation';
 * import { openEngine } from 'irisflow/engine';
 *
 * declare const refined: Pictures;
 * declare const real: Pictures;
 * const engine = await openEngine('onnx');
 * const { accuracy, interval } = await twoSampleTest(engine, refined, real, { scale: 'patch' });
 * console.log(`told apart ${accuracy} of the time, 95 % within ${interval}; chance is 0.5`);
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
    const right = [new Float64Array(a.count), new Float64Array(b.count)] as const;
    const blocks = [blocksOf(a.count, folds), blocksOf(b.count, folds)] as const;
    for (let fold = 0; fold < folds; fold++) {
      const parts = [part(a, blocks[0], fold), part(b, blocks[1], fold)] as const;
      const learned = await learn(classifier, parts, window, plan, seed + fold, async (share) => {
        onProgress?.((fold + share) / folds);
        // Networks block this thread: signals and timers get their turn here.
        await setImmediate();
        signal?.throwIfAborted();
      });
      for (const kind of [0, 1] as const) {
        const { pictures, tested } = parts[kind];
        const places = evenPlaces(pictures, window);
        const cuts = tested.flatMap((index) => places.map((place) => ({ index, place })));
        const logits = await judge(classifier, pictures, cuts, window, plan.judged, learned);
        for (const [i, { index }] of cuts.entries()) {
          const logit = logits[i] as number;
          // Undecided counts as half.
          const share = logit === 0 ? 0.5 : Number(logit > 0 === (kind === 0));
          (right[kind][index] as number) += share / places.length;
        }
      }
    }
    onProgress?.(1);
    const judgements = evenPlaces(a, window).length * (a.count + b.count);
    return { accuracy: meanOf(right.map(meanOf)), interval: shareInterval(right, seed), count: judgements };
  } finally {
    await classifier.dispose();
  }
}

function check(a: Pictures, b: Pictures): void {
  checkPictures(a, b);
  const fewest = Math.min(a.count, b.count);
  if (fewest < LEAST_PICTURES) {
    throw new IrisflowError(
      'USAGE',
      `a two-sample test of ${fewest} pictures says nothing: give ${LEAST_PICTURES} or more`,
    );
  }
  if (Math.min(a.width, a.height) < PATCH) {
    throw new IrisflowError(
      'USAGE',
      `pictures of ${a.width}×${a.height} are too small: give ${PATCH}×${PATCH} or more`,
    );
  }
}

/** One kind of pictures in one fold, by index. */
interface Part {
  readonly pictures: Pictures;
  readonly trained: readonly number[];
  readonly validated: readonly number[];
  readonly tested: readonly number[];
}

/** The fold is tested; the start of what follows it validates, the rest trains. */
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

/** Trains from the start and leaves the classifier as it was when it judged the validation pictures best. */
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
  const looks = parts.map((one) => lookAt(one, window));
  const batch = new Float32Array(plan.batch * window.width * window.height * 3);
  classifier.restart(seed);
  // Whoever does no better than a coin on the validation pictures is to be taken for one.
  let best = { loss: Math.LN2, known: classifier.remember() };
  for (let step = 1, idle = 0; step <= plan.steps && idle < PATIENCE; step++) {
    fillBatch(batch, parts, window, standard, random);
    await classifier.train(batch);
    if (step % LOOK_EVERY === 0) {
      let loss = 0;
      for (const kind of [0, 1] as const) {
        const cuts = looks[kind] as Cut[];
        const logits = await judge(classifier, parts[kind].pictures, cuts, window, plan.judged, standard);
        loss += meanOf(logits.map((logit) => softplus(kind === 0 ? -logit : logit))) / 2;
      }
      idle = loss < best.loss - IMPROVEMENT ? 0 : idle + 1;
      if (loss < best.loss) best = { loss, known: classifier.remember() };
      if (loss < IMPROVEMENT) break;
    }
    await pause(step / plan.steps);
  }
  classifier.recall(best.known);
  return standard;
}

function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Half of one kind, half of the other; each picture from anywhere in its part, each window from anywhere in its picture. */
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

/** Windows of the validation pictures: all, or so many spread over them. */
function lookAt({ pictures, validated }: Part, window: Window): Cut[] {
  const places = evenPlaces(pictures, window);
  const cuts = validated.flatMap((index) => places.map((place) => ({ index, place })));
  return evenly(cuts, LOOKED_AT);
}

/** A logit for each cut. */
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
