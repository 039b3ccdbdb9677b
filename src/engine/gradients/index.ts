/**
 * The gradients of tf.js kernels. `@tensorflow/tfjs-core` registers none by itself, and its gradient files cannot be loaded
 * by Node; these are shorter where it matters (no redundant passes) and exact for mirror padding and tiling of any rank.
 */
import { registerGradient } from '@tensorflow/tfjs-core';
import { binaryGradients } from './binary.js';
import { maxPoolGradients } from './max-pool.js';
import { mirrorPadGradient, mirrorPadSecondGradient } from './mirror-pad.js';
import { reductionGradients } from './reduction.js';
import { resizeGradients } from './resize.js';
import { shapeGradients } from './shape.js';
import { spatialGradients } from './spatial.js';
import { unaryGradients } from './unary.js';

/** Registers every gradient with tf.js, replacing what is registered. */
export function registerGradients(): void {
  const all = [
    mirrorPadGradient,
    mirrorPadSecondGradient,
    ...maxPoolGradients,
    ...unaryGradients,
    ...binaryGradients,
    ...reductionGradients,
    ...shapeGradients,
    ...resizeGradients,
    ...spatialGradients,
  ];
  for (const gradient of all) registerGradient(gradient);
}
