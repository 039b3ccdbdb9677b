/** Elementwise operations on traced values, in the layout of their operands and with broadcasts as late as possible. */
import { broadcast_util } from '@tensorflow/tfjs-core';
import type { TensorType } from '../types.js';
import { sameShape, sizeOf } from '../values.js';
import type { Attributes } from './graph.js';
import { blocked, type Layout, logical, nchw } from './layout.js';
import type { Tracer } from './tracer.js';
import { computed, filled, type Value } from './value.js';

export function broadcastShape(values: readonly { readonly shape: readonly number[] }[]): number[] {
  return values.reduce<number[]>(
    (shape, value) => broadcast_util.assertAndGetBroadcastShape(shape, [...value.shape]),
    [],
  );
}

/**
 * Operators whose results are finite for finite operands. Only they may work on blocked tensors whose channels do not fill the
 * last block: the next convolution multiplies the unused channels by zero, which must not give NaN.
 */
const keepsFinite = new Set([
  ...[
    'Abs',
    'Add',
    'Ceil',
    'Clip',
    'Elu',
    'Erf',
    'Floor',
    'HardSigmoid',
    'LeakyRelu',
    'Max',
    'Min',
    'Mul',
    'Neg',
    'PRelu',
  ],
  ...['Relu', 'Round', 'Sigmoid', 'Sign', 'Sin', 'Cos', 'Softplus', 'Sub', 'Tanh'],
]);

/**
 * Applies the ONNX operator `op`. `emit` gets a name for each operand, all of them broadcastable in one layout, and returns the
 * name of the result. Default: the operator with these operands.
 */
export function elementwise(
  tracer: Tracer,
  op: string,
  values: readonly Value[],
  dtype: TensorType,
  emit: (names: string[]) => string = (names) => tracer.graph.node(op, names),
): Value {
  const shape = broadcastShape(values);
  const operands = values.map((value) => value.lazy ?? value);
  const full = (value: Value) => value.origin.fill === undefined && sameShape(value.shape, shape);
  if (!operands.some(full)) {
    const small = operands.map((value) => fillAsScalar(value));
    // The operation is done on the small operands and its result is repeated.
    if (sizeOf(broadcastShape(small)) < sizeOf(shape)) {
      return tracer.repeat(elementwise(tracer, op, small, dtype, emit), shape);
    }
  }
  const common = commonLayout(operands, shape);
  const floats = dtype === 'float32' && operands.every((value) => value.dtype === 'float32');
  // The runtime reorders only floats into blocks and back.
  const staysBlocked = floats && (keepsFinite.has(op) || shape[3] % tracer.block === 0);
  const layout = common === blocked && !staysBlocked ? nchw : common;
  const broadcasts = operands.some((value) => !full(value) && value.origin.fill === undefined && value.size > 1);
  const in5d = layout === blocked && broadcasts;
  const names = operands.map((value) => {
    if (!full(value)) return tracer.operand(value, shape, layout);
    const name = tracer.fetch(value, layout);
    return in5d ? tracer.graph.reshape(name, tracer.blockedShape(shape)) : name;
  });
  const name = emit(names);
  return computed(shape, dtype, in5d ? tracer.graph.reshape(name, tracer.dims(shape, layout)) : name, layout);
}

/** {@link elementwise} by one ONNX operator. */
export function apply(
  tracer: Tracer,
  op: string,
  values: readonly Value[],
  dtype: TensorType = values[0].dtype,
  attributes: Attributes = {},
): Value {
  return elementwise(tracer, op, values, dtype, (names) => tracer.graph.node(op, names, attributes));
}

/** A constant operand of the same type as `like`. */
export function scalar(like: Value | TensorType, x: number): Value {
  return filled([], typeof like === 'string' ? like : like.dtype, x);
}

export function cast(tracer: Tracer, value: Value, dtype: TensorType): Value {
  if (value.dtype === dtype) return value;
  const to = { float32: 1, int32: 6, bool: 9 }[dtype];
  return apply(tracer, 'Cast', [value], dtype, { to });
}

function fillAsScalar(value: Value): Value {
  return value.origin.fill === undefined ? value : filled([], value.dtype, value.origin.fill);
}

/** The layout that needs the fewest conversions: that of the computed operand which is most expensive to convert. */
function commonLayout(operands: readonly Value[], shape: readonly number[]): Layout {
  let best: Layout = logical;
  let score = 0;
  for (const value of operands) {
    const held = value.preferred;
    if (held === undefined || value.constant || value.lazy || !sameShape(value.shape, shape)) continue;
    const weight = (held === blocked ? 3 : held === logical ? 1 : 2) - (value.vectorLike ? 0.5 : 0);
    if (weight <= score) continue;
    best = held;
    score = weight;
  }
  return best;
}
