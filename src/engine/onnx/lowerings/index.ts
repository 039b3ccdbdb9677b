/** The table of all lowerings by tf.js kernel name. */
import type { Lowerings } from '../lowering.js';
import { activations } from './activation.js';
import { arithmetic } from './arithmetic.js';
import { convolutions } from './convolution.js';
import { filterGradients } from './filter-gradient.js';
import { gathers } from './gather.js';
import { inputGradients } from './input-gradient.js';
import { logic } from './logic.js';
import { products } from './matmul.js';
import { mirrorPads } from './mirror-pad.js';
import { normalisations } from './normalisation.js';
import { pools } from './pooling.js';
import { reductions } from './reduction.js';
import { resizes } from './resize.js';
import { shapes } from './shape.js';
import { fills, unaries } from './unary.js';

export const lowerings: Lowerings = {
  ...activations,
  ...arithmetic,
  ...convolutions,
  ...fills,
  ...filterGradients,
  ...gathers,
  ...inputGradients,
  ...logic,
  ...mirrorPads,
  ...normalisations,
  ...pools,
  ...products,
  ...reductions,
  ...resizes,
  ...shapes,
  ...unaries,
};
