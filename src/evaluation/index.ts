/** Measures of whether it learns: how alike two sets of pictures are, and what refinement did to them. */
export {
  type EvaluatedPictures,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationPhase,
  evaluatePictures,
} from './evaluate.js';
export { FeatureNetwork, type Features } from './features.js';
export type { Interval } from './interval.js';
export { type Distance, kernelDistance } from './kernel-distance.js';
export { type LabelClassifier, type LabelClassifierOptions, labelClassifier } from './label-classifier.js';
export type { Measures, RawAndRefined } from './measures.js';
export { perceptualDistance } from './perceptual-distance.js';
export type { Pictures } from './pictures.js';
export { type PupilShift, pupilShift, type TrackedShift } from './pupil-shift.js';
export { meanChange, type PairedMean, similarityKept, structuralSimilarity } from './similarity.js';
export {
  type ChannelStatistics,
  type PictureStatistics,
  pictureStatistics,
  type StatisticsDistance,
  statisticsDistance,
} from './statistics.js';
export { type TwoSampleOptions, type TwoSampleResult, twoSampleTest } from './two-sample-test.js';
export type { Verdict, VerdictState } from './verdict.js';
