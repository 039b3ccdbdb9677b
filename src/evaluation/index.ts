/** Measures of whether it learns: how alike two sets of pictures are, and what refinement did to them. */
export type { Interval } from './interval.js';
export type { Pictures } from './pictures.js';
export { type TwoSampleOptions, type TwoSampleResult, twoSampleTest } from './two-sample-test.js';
