/** Evaluates a refiner: all measures on synthetic, refined and real pictures of any origin. */
import type { Engine } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import type { Point } from '../frame.js';
import { FeatureNetwork, type Features } from '../measures/features.js';
import { kernelDistance, nearestRows } from '../measures/kernel-distance.js';
import { perceptualDistance } from '../measures/perceptual-distance.js';
import { checkPictures, type Pictures } from '../measures/pictures.js';
import { pupilShift } from '../measures/pupil-shift.js';
import { meanChange, similarityKept } from '../measures/similarity.js';
import { type PictureStatistics, pictureStatistics, statisticsDistance, varietyOf } from '../measures/statistics.js';
import { MIN_PICTURES, type TwoSampleResult, twoSampleTest } from '../measures/two-sample-test.js';
import type { Measures, RawAndRefined } from './figures.js';
import { type Verdict, verdictOf } from './verdict.js';

/** The input of {@link evaluatePictures}: sets of one size, at least 16×16, with at least 10 pictures each. */
export interface EvaluatedPictures {
  /** Raw synthetic pictures. */
  readonly synthetic: Pictures;
  /** The refined synthetic pictures, in the same order. */
  readonly refined: Pictures;
  /** Real pictures. */
  readonly real: Pictures;
  /** The pupil's true centre in each synthetic picture, where known. */
  readonly truth?: readonly (Point | undefined)[];
}

/** All measures with their score and verdict. */
export interface Evaluation extends Measures {
  /**
   * Score for the comparison of versions, lower is better: |patch accuracy of refined − 0.5|, plus 0.1 for each pixel (per 55 of width)
   * by which the pupil shift exceeds the paper's 1.1.
   */
  readonly score: number;
  /** The verdict that follows from the figures. */
  readonly verdict: Verdict;
  /** For each synthetic picture, the index of the real one that is nearest to its refined one in feature space. */
  readonly nearest: readonly number[];
}

/** A phase of the evaluation, for progress. */
export type EvaluationPhase = 'labels' | 'features' | 'patches' | 'whole pictures';

/** Options of {@link evaluatePictures}. */
export interface EvaluateOptions {
  /** Seed of classifiers and bootstrap. Default 1. */
  readonly seed?: number;
  /** Folds of the two-sample tests. Default 5. */
  readonly folds?: number;
  /** Called with the phase and its finished share, 0 to 1. */
  readonly onProgress?: (phase: EvaluationPhase, share: number) => void;
  /** Aborts the evaluation: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Measures whether refined pictures are closer to real ones than the raw synthetic ones are, and whether their labels are still valid.
 * Runs on the calling thread, to which it yields every few milliseconds; takes about a minute for 512 pictures of 64×64 each on two
 * processor cores.
 *
 * @throws {IrisflowError} `INPUT` for fewer than 10 pictures of a kind, `USAGE` where sizes or counts do not match, `MODEL` where
 * `@vladmandic/human` is missing.
 *
 * @example
 * import { openEngine } from 'irisflow/engine';
 * import { evaluatePictures, type Pictures } from 'irisflow/evaluation';
 *
 * declare const synthetic: Pictures;
 * declare const refined: Pictures;
 * declare const real: Pictures;
 * const { verdict, turing } = await evaluatePictures(await openEngine('onnx'), { synthetic, refined, real });
 * console.log(verdict.words, turing.patch.refined.interval);
 */
export async function evaluatePictures(
  engine: Engine,
  { synthetic, refined, real, truth }: EvaluatedPictures,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { seed = 1, folds, onProgress, signal } = options;
  checkPictures(synthetic, refined, real);
  if (synthetic.count !== refined.count) {
    throw new IrisflowError(
      'USAGE',
      `there are ${refined.count} refined and ${synthetic.count} synthetic pictures: give a refined picture for each synthetic one, in the same order`,
    );
  }
  const fewest = Math.min(synthetic.count, real.count);
  if (fewest < MIN_PICTURES) throw new IrisflowError('INPUT', tooFew(fewest));

  onProgress?.('labels', 0);
  const labels = {
    pupil: pupilShift(synthetic, refined, truth),
    similarity: similarityKept(synthetic, refined),
    change: meanChange(synthetic, refined),
    perceptual: await perceptualDistance(engine, synthetic, refined, {
      signal,
      onProgress: (done) => onProgress?.('labels', done / refined.count),
    }),
    variety: { synthetic: varietyOf(synthetic), refined: varietyOf(refined), real: varietyOf(real) },
  };
  const [ofSynthetic, ofRefined, ofReal] = [synthetic, refined, real].map(pictureStatistics) as [
    PictureStatistics,
    PictureStatistics,
    PictureStatistics,
  ];
  const statistics = {
    synthetic: ofSynthetic,
    refined: ofRefined,
    real: ofReal,
    distance: {
      raw: statisticsDistance(ofSynthetic, ofReal),
      refined: statisticsDistance(ofRefined, ofReal),
    },
  };
  onProgress?.('labels', 1);
  signal?.throwIfAborted();

  const features = await featuresOf(
    engine,
    [synthetic, refined, real],
    (share) => onProgress?.('features', share),
    signal,
  );
  const [rawFeatures, refinedFeatures, realFeatures] = features as [Features, Features, Features];
  const distance = {
    raw: kernelDistance(rawFeatures, realFeatures),
    refined: kernelDistance(refinedFeatures, realFeatures),
    real: kernelDistance(...halves(realFeatures)),
  };
  const nearest = nearestRows(refinedFeatures, realFeatures);

  const test = async (scale: 'patch' | 'whole', phase: EvaluationPhase): Promise<RawAndRefined<TwoSampleResult>> => {
    const judged = (pictures: Pictures, offset: number) =>
      twoSampleTest(engine, pictures, real, {
        scale,
        folds,
        seed,
        signal,
        onProgress: (share) => onProgress?.(phase, (offset + share) / 2),
      });
    return { raw: await judged(synthetic, 0), refined: await judged(refined, 1) };
  };
  const turing = { patch: await test('patch', 'patches'), whole: await test('whole', 'whole pictures') };

  const measures: Measures = { turing, distance, statistics, labels };
  return { ...measures, score: scoreOf(measures), verdict: verdictOf(measures), nearest };
}

function tooFew(count: number): string {
  return `${count} pictures of a kind are too few for an evaluation: give at least ${MIN_PICTURES}, better some hundreds`;
}

async function featuresOf(
  engine: Engine,
  sets: readonly Pictures[],
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<Features[]> {
  const network = await FeatureNetwork.open(engine, sets[0] as Pictures);
  try {
    const all = sets.reduce((sum, { count }) => sum + count, 0);
    const features: Features[] = [];
    let before = 0;
    for (const pictures of sets) {
      features.push(await network.of(pictures, { signal, onProgress: (done) => onProgress((before + done) / all) }));
      before += pictures.count;
    }
    return features;
  } finally {
    await network.dispose();
  }
}

/** Splits the rows into halves by alternating pairs, so that both eyes of a face are in the same half. */
function halves({ data, dimension, count }: Features): [Features, Features] {
  const half = (which: number): Features => {
    const rows = Array.from({ length: count }, (_, i) => i).filter((i) => (i >> 1) % 2 === which);
    const picked = new Float32Array(rows.length * dimension);
    for (const [place, row] of rows.entries()) {
      picked.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
    }
    return { data: picked, dimension, count: rows.length };
  };
  return [half(0), half(1)];
}

function scoreOf({ turing, labels: { pupil } }: Measures): number {
  const beyond = Number.isFinite(pupil.per55) ? Math.max(0, pupil.per55 - 1.1) : 0;
  return Math.abs(turing.patch.refined.accuracy - 0.5) + 0.1 * beyond;
}
