/** Training data: pools of crops, batches drawn from them, pairs and augmentation. */

export type { Random } from '../random.js';
export { type Augmentation, augmentFrame } from './augmentation.js';
export * from './crop-pool.js';
export * from './draw-batch.js';
export * from './draw-labelled.js';
export * from './draw-pairs.js';
export * from './pairs/index.js';
export * from './training-data.js';
