/** Lowering of batch normalisation with given moments. */
import { apply, scalar } from '../elementwise.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Value } from '../value.js';
import { add, multiply, subtract } from './arithmetic.js';

export const normalisations: Lowerings = {
  // Scale and shift are computed as channel vectors and applied in one pass.
  FusedBatchNorm: lowering<{ varianceEpsilon: number }>((tracer, operands, { varianceEpsilon }) => {
    const { x, mean, variance } = operands;
    const optional: { scale?: Value; offset?: Value } = operands;
    const deviation = apply(tracer, 'Sqrt', [add(tracer, variance, scalar(variance, varianceEpsilon))]);
    const inverse = apply(tracer, 'Reciprocal', [deviation]);
    const factor = optional.scale ? multiply(tracer, inverse, optional.scale) : inverse;
    const shift = subtract(tracer, optional.offset ?? scalar(mean, 0), multiply(tracer, mean, factor));
    return add(tracer, multiply(tracer, x, factor), shift);
  }),
};
