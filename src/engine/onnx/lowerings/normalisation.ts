/** Lowering of batch normalisation with given moments. */
import { apply, scalar } from '../elementwise.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Value } from '../value.js';
import { add, multiply, subtract } from './arithmetic.js';

export const normalisations: Lowerings = {
  // One scale and one shift for each channel, computed on vectors, then applied in one pass.
  FusedBatchNorm: lowering<{ varianceEpsilon: number }>((tracer, operands, { varianceEpsilon }) => {
    const { x, mean, variance } = operands;
    const given: { scale?: Value; offset?: Value } = operands;
    const spread = apply(tracer, 'Sqrt', [add(tracer, variance, scalar(variance, varianceEpsilon))]);
    const inverse = apply(tracer, 'Reciprocal', [spread]);
    const factor = given.scale ? multiply(tracer, inverse, given.scale) : inverse;
    const shift = subtract(tracer, given.offset ?? scalar(mean, 0), multiply(tracer, mean, factor));
    return add(tracer, multiply(tracer, x, factor), shift);
  }),
};
