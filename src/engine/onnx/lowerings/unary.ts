/** Lowerings of elementwise operations that have one operand, and of fills. */
import type { TensorType } from '../../types.js';
import { apply, cast, elementwise, scalar } from '../elementwise.js';
import type { Attributes } from '../graph.js';
import { type Lowering, type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, filled, type Value } from '../value.js';
import { add, subtract } from './arithmetic.js';

const unary = (lower: (tracer: Tracer, x: Value) => Value): Lowering =>
  lowering((tracer, { x }) => lower(tracer, x), { elementwise: true });

const direct = (op: string, attributes: Attributes = {}) =>
  unary((tracer, x) => apply(tracer, op, [x], x.dtype, attributes));

const sameName = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Elu', 'Erf', 'Exp', 'Floor'],
  ...['Log', 'Neg', 'Reciprocal', 'Round', 'Sigmoid', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh'],
];

/** Clamps values to the bounds. */
export function clip(tracer: Tracer, x: Value, low: number, high: number): Value {
  const bounds = [low, high].map((bound) => tracer.fetch(filled([], x.dtype, bound)));
  return elementwise(tracer, 'Clip', [x], x.dtype, ([name]) => tracer.graph.node('Clip', [name, ...bounds]));
}

export const unaries: Lowerings = {
  ...Object.fromEntries(sameName.map((name) => [name, direct(name)])),
  Selu: direct('Selu', { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  Square: unary((tracer, x) => apply(tracer, 'Mul', [x, x])),
  Rsqrt: unary((tracer, x) => apply(tracer, 'Reciprocal', [apply(tracer, 'Sqrt', [x])])),
  Log1p: unary((tracer, x) => apply(tracer, 'Log', [add(tracer, x, scalar(x, 1))])),
  Expm1: unary((tracer, x) => subtract(tracer, apply(tracer, 'Exp', [x]), scalar(x, 1))),
  ClipByValue: lowering<{ clipValueMin: number; clipValueMax: number }>(
    (tracer, { x }, { clipValueMin, clipValueMax }) => clip(tracer, x, clipValueMin, clipValueMax),
    { elementwise: true },
  ),
};

type Filled = { shape: number[]; value: number; dtype?: TensorType };

/** Lowerings that create constants or copy their operand. */
export const fills: Lowerings = {
  Fill: lowering<Filled>((_, __, { shape, value, dtype = 'float32' }) => filled(shape, dtype, value), {
    keepsConstants: true,
  }),
  ZerosLike: lowering((_, { x }) => filled(x.shape, x.dtype, 0), { keepsConstants: true }),
  OnesLike: lowering((_, { x }) => filled(x.shape, x.dtype, 1), { keepsConstants: true }),
  Identity: lowering((_, { x }) => x, { keepsConstants: true }),
  OneHot: lowering<{ depth: number; onValue: number; offValue: number; dtype: TensorType }>(
    (tracer, { indices }, { depth, onValue, offValue, dtype = 'int32' }) => {
      const { graph } = tracer;
      const size = graph.constant('int32', [], Int32Array.of(depth));
      // ONNX counts negative indices from the end; for tf.js they have no position.
      const negative = graph.node('Less', [tracer.fetch(indices), graph.constant('int32', [], Int32Array.of(0))]);
      const inside = graph.node('Where', [negative, size, tracer.fetch(indices)]);
      const inputs = [
        inside,
        graph.constant('int32', [1], Int32Array.of(depth)),
        graph.constant('float32', [2], Float32Array.of(offValue, onValue)),
      ];
      const shape = [...indices.shape, depth];
      return cast(tracer, computed(shape, 'float32', graph.node('OneHot', inputs, { axis: -1 })), dtype);
    },
  ),
};
