/** Measures of refinement: distances between sets of pictures, and the changes by a refiner. */

export { FeatureNetwork, type Features } from '../measures/features.js';
export type { ManyPicturesOptions } from '../measures/in-batches.js';
export type { Interval } from '../measures/interval.js';
export { type Distance, kernelDistance } from '../measures/kernel-distance.js';
export { type LabelClassifier, type LabelClassifierOptions, labelClassifier } from '../measures/label-classifier.js';
export { perceptualDistance } from '../measures/perceptual-distance.js';
export type { Pictures } from '../measures/pictures.js';
export { type PupilShift, pupilShift, type TrackedShift } from '../measures/pupil-shift.js';
export { meanChange, type PairedMean, similarityKept, structuralSimilarity } from '../measures/similarity.js';
export {
  type ChannelStatistics,
  type PictureStatistics,
  pictureStatistics,
  type StatisticsDistance,
  statisticsDistance,
} from '../measures/statistics.js';
export { type TwoSampleOptions, type TwoSampleResult, twoSampleTest } from '../measures/two-sample-test.js';
export {
  type EvaluatedPictures,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationPhase,
  evaluatePictures,
} from './evaluate.js';
export type { Measures, RawAndRefined } from './figures.js';
export type {
  EvaluatedInput,
  EvaluationReport,
  Figure,
  StatisticsFigures,
  TuringFigure,
} from './report/report.js';
export type { EvaluateRunOptions } from './run/evaluate-options.js';
export {
  type EvaluationProgress,
  type EvaluationWork,
  evaluateRun,
} from './run/evaluate-run.js';
export type { Verdict, VerdictState } from './verdict.js';
