/** Lowerings of comparisons, logic, selection and type conversion. */
import { upcastType } from '@tensorflow/tfjs-core';
import type { TensorType } from '../../types.js';
import { apply, cast, scalar } from '../elementwise.js';
import { type Lowering, type Lowerings, lowering } from '../lowering.js';

const compare = (op: string, numeric = true): Lowering =>
  lowering(
    (tracer, { a, b }) => {
      // ONNX cannot order booleans.
      const operands = numeric && a.dtype === 'bool' ? [cast(tracer, a, 'int32'), cast(tracer, b, 'int32')] : [a, b];
      return apply(tracer, op, operands, 'bool');
    },
    { elementwise: true },
  );

const test = (op: string): Lowering =>
  lowering((tracer, { x }) => apply(tracer, op, [x], 'bool'), { elementwise: true });

const largestFloat = 3.4028234663852886e38;

export const logic: Lowerings = {
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  Equal: compare('Equal', false),
  NotEqual: lowering((tracer, { a, b }) => apply(tracer, 'Not', [apply(tracer, 'Equal', [a, b], 'bool')]), {
    elementwise: true,
  }),
  LogicalAnd: compare('And', false),
  LogicalOr: compare('Or', false),
  LogicalNot: test('Not'),
  IsNan: test('IsNaN'),
  IsInf: test('IsInf'),
  // This is false for NaN as well.
  IsFinite: lowering(
    (tracer, { x }) => apply(tracer, 'LessOrEqual', [apply(tracer, 'Abs', [x]), scalar(x, largestFloat)], 'bool'),
    { elementwise: true },
  ),
  Select: lowering((tracer, { condition, t, e }) => {
    const dtype = upcastType(t.dtype, e.dtype) as TensorType;
    return apply(tracer, 'Where', [condition, cast(tracer, t, dtype), cast(tracer, e, dtype)], dtype);
  }),
  Cast: lowering<{ dtype: TensorType }>((tracer, { x }, { dtype }) => cast(tracer, x, dtype), { elementwise: true }),
};
