/** Lowerings of elementwise arithmetic that has several operands. */
import { channelAffine, channelConstant, channelVector, isChannelwise } from '../channelwise.js';
import { apply, broadcastShape, cast, scalar } from '../elementwise.js';
import { fuseSum } from '../fusion.js';
import { type Lowering, type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { filled, type Value } from '../value.js';

type Binary = (tracer: Tracer, a: Value, b: Value) => Value;

const binary = (lower: Binary): Lowering => lowering((tracer, { a, b }) => lower(tracer, a, b), { elementwise: true });

/** A binary operator that ONNX supports for every type that tf.js passes. */
const direct = (op: string) => binary((tracer, a, b) => apply(tracer, op, [a, b]));

export const add: Binary = (tracer, a, b) => {
  const shape = broadcastShape([a, b]);
  if (b.uniform === 0) return tracer.repeat(a, shape);
  if (a.uniform === 0) return tracer.repeat(b, shape);
  const fusedSum = fuseSum(tracer, a, b) ?? fuseSum(tracer, b, a);
  if (fusedSum) return fusedSum;
  if (isChannelwise(a, b)) return shift(tracer, a, channelVector(tracer, b));
  if (isChannelwise(b, a)) return shift(tracer, b, channelVector(tracer, a));
  return apply(tracer, 'Add', [a, b]);
};

export const subtract: Binary = (tracer, a, b) => {
  if (b.uniform === 0) return tracer.repeat(a, broadcastShape([a, b]));
  if (isChannelwise(a, b)) return shift(tracer, a, tracer.graph.node('Neg', [channelVector(tracer, b)]));
  if (isChannelwise(b, a)) {
    const minus = channelConstant(tracer, a.size, -1);
    return channelAffine(tracer, b, minus, channelVector(tracer, a));
  }
  return apply(tracer, 'Sub', [a, b]);
};

export const multiply: Binary = (tracer, a, b) => {
  const shape = broadcastShape([a, b]);
  if (b.uniform === 1) return tracer.repeat(a, shape);
  if (a.uniform === 1) return tracer.repeat(b, shape);
  if (isChannelwise(a, b)) return channelAffine(tracer, a, channelVector(tracer, b));
  if (isChannelwise(b, a)) return channelAffine(tracer, b, channelVector(tracer, a));
  return apply(tracer, 'Mul', [a, b]);
};

const divide: Binary = (tracer, a, b) => {
  if (b.uniform === 1) return tracer.repeat(a, broadcastShape([a, b]));
  if (a.dtype !== 'float32') return cast(tracer, floorDivide(tracer, a, b), a.dtype);
  const divisor = b.uniform;
  // The product is several times faster; it is exact for powers of two and within one unit in the last place otherwise.
  if (divisor !== undefined) return multiply(tracer, a, filled(b.shape, 'float32', 1 / divisor));
  return apply(tracer, 'Div', [a, b]);
};

/** Rounds toward minus infinity, where ONNX's integer division rounds toward zero. The result is a float. */
const floorDivide: Binary = (tracer, a, b) => {
  const quotient = apply(tracer, 'Div', [cast(tracer, a, 'float32'), cast(tracer, b, 'float32')]);
  return apply(tracer, 'Floor', [quotient]);
};

/** The result has the divisor's sign, where that of ONNX's `fmod` has the dividend's. */
const modulo: Binary = (tracer, a, b) => {
  if (a.dtype === 'int32') return apply(tracer, 'Mod', [a, b]);
  return apply(tracer, 'Sub', [a, apply(tracer, 'Mul', [floorDivide(tracer, a, b), b])]);
};

const squaredDifference: Binary = (tracer, a, b) => {
  const difference = subtract(tracer, a, b);
  return apply(tracer, 'Mul', [difference, difference]);
};

const pi = Math.PI;

/** Computed from `Atan` and the quadrant. */
const atan2: Binary = (tracer, a, b) => {
  const angle = apply(tracer, 'Atan', [apply(tracer, 'Div', [a, b])]);
  const where = (condition: Value, yes: Value, no: Value) => apply(tracer, 'Where', [condition, yes, no], 'float32');
  const zero = scalar(a, 0);
  const up = apply(tracer, 'GreaterOrEqual', [a, zero], 'bool');
  const left = apply(tracer, 'Less', [b, zero], 'bool');
  const half = where(up, scalar(a, pi), scalar(a, -pi));
  const fullAngle = where(left, apply(tracer, 'Add', [angle, half]), angle);
  const origin = apply(
    tracer,
    'And',
    [apply(tracer, 'Equal', [a, zero], 'bool'), apply(tracer, 'Equal', [b, zero], 'bool')],
    'bool',
  );
  return where(origin, zero, fullAngle);
};

/** Adds scalars, such as losses and norms, in one operation, and tensors one after the other, so that the sums may fuse. */
const sum = (tracer: Tracer, values: readonly Value[]) =>
  values.every((value) => value.rank === 0 && !value.constant)
    ? apply(tracer, 'Sum', values)
    : values.reduce((a, b) => add(tracer, a, b));

function shift(tracer: Tracer, x: Value, by: string): Value {
  return channelAffine(tracer, x, channelConstant(tracer, x.shape[3], 1), by);
}

export const arithmetic: Lowerings = {
  Add: binary(add),
  AddN: lowering((tracer, _, __, list) => sum(tracer, list)),
  Sub: binary(subtract),
  Multiply: binary(multiply),
  RealDiv: binary(divide),
  FloorDiv: binary((tracer, a, b) => cast(tracer, floorDivide(tracer, a, b), 'int32')),
  Mod: binary(modulo),
  Pow: direct('Pow'),
  Maximum: direct('Max'),
  Minimum: direct('Min'),
  SquaredDifference: binary(squaredDifference),
  Atan2: binary(atan2),
};
