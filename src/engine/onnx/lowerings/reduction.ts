/** Lowerings of reductions and cumulative operations. */
import { util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../values.js';
import { apply, cast, scalar } from '../elementwise.js';
import { blocked, channelsFirst, type Layout, logical, nchw, permutation, physicalShape } from '../layout.js';
import { type Lowering, type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, filled, type Value } from '../value.js';
import { multiply } from './arithmetic.js';
import { concat, part } from './shape.js';

type Reducer = 'ReduceSum' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

/** Attributes of reductions; tf.js uses another name for the axes of `max` than for those of the others. */
interface Axes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

function axesOf({ axis, reductionIndices }: Axes, x: Value): number[] {
  const requestedAxes = axis ?? reductionIndices ?? x.shape.map((_, i) => i);
  return util.parseAxisParam(requestedAxes, [...x.shape]).sort((a, b) => a - b);
}

export function reduce(tracer: Tracer, op: Reducer, x: Value, axes: readonly number[], keepDims = false): Value {
  const shape = keepDims
    ? x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  if (axes.every((axis) => x.shape[axis] === 1)) return tracer.reshape(x, shape);
  if (x.lazy) return reduceRepeated(tracer, op, x, x.lazy, axes, shape);
  const held = reductionLayout(x, axes, keepDims);
  const reduced = reduceComputed(tracer, op, x, axes, held);
  const dims = keepDims ? physicalShape(shape, held) : shape;
  const name = shape.length === 0 ? reduced : tracer.graph.reshape(reduced, dims);
  return computed(shape, x.dtype, name, keepDims ? held : logical);
}

/** The layout for a reduction: that of `x`, unless the remaining axes would then be out of order. */
function reductionLayout(x: Value, axes: readonly number[], keepDims: boolean): Layout {
  const layout = x.preferred ?? logical;
  const planar = layout === blocked ? nchw : layout;
  const remaining = permutation(planar, x.rank).filter((axis) => !axes.includes(axis));
  return keepDims || remaining.every((axis, i) => i === 0 || remaining[i - 1] < axis) ? planar : logical;
}

/** Up to this many elements a reduction on one thread is fastest. */
const SINGLE_THREAD_SIZE = 1 << 15;

/** Reshapes `name` to `dims` and reduces `axes`. */
type ReshapeAndReduce = (name: string, dims: readonly number[], axes: readonly number[]) => string;

function reduceComputed(tracer: Tracer, op: Reducer, x: Value, axes: readonly number[], held: Layout): string {
  const { graph } = tracer;
  const reduced = (name: string, physical: readonly number[]) =>
    op === 'ReduceSum' ? graph.sum(name, physical) : graph.node(op, [name], { axes: physical, keepdims: 0 });
  const over: ReshapeAndReduce = (name, dims, physical) => {
    const [rows, columns] = dims;
    const asProduct =
      op === 'ReduceSum' && x.dtype === 'float32' && dims.length === 2 && physical[0] === 0 && columns > 1;
    return asProduct ? graph.sumRows(name, rows, columns) : reduced(graph.reshape(name, dims), physical);
  };
  const layout = x.preferred ?? logical;
  if (axes.length === x.rank) {
    const whole = layout === blocked && x.shape[3] % tracer.block !== 0 ? nchw : layout;
    if (x.size <= SINGLE_THREAD_SIZE) return reduced(tracer.fetch(x, whole), axes);
    // There are two steps, of which the first has many rows to distribute among threads.
    const rows = sizeOf(physicalShape(x.shape, whole).slice(0, x.rank === 4 ? 2 : 1));
    return over(over(tracer.fetch(x, whole), [rows, -1], [1]), [rows], [0]);
  }
  if (x.rank === 4 && axes.length === 3 && !axes.includes(3) && layout !== logical) {
    return reduceToChannels(tracer, x, over);
  }
  const runs = runsOf(permutation(held, x.rank), x.shape, axes);
  const extents = runs.map(({ extent }) => extent);
  const reducedRuns = runs.flatMap((run, i) => (run.reduced ? [i] : []));
  return over(tracer.fetch(x, held), extents, reducedRuns);
}

/** Merges neighbouring axes that are all reduced or all kept, and drops those of one element: the runtime is fast only for few axes. */
function runsOf(perm: readonly number[], shape: readonly number[], axes: readonly number[]) {
  const runs: { reduced: boolean; extent: number }[] = [];
  for (const axis of perm.filter((one) => shape[one] !== 1)) {
    const reduced = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.reduced === reduced) last.extent *= shape[axis];
    else runs.push({ reduced, extent: shape[axis] });
  }
  return runs;
}

/** Reduces batch, height and width, as batch normalisation and the gradients of biases do. */
function reduceToChannels(tracer: Tracer, x: Value, over: ReshapeAndReduce): string {
  const [n, h, w, c] = x.shape;
  if (x.preferred === blocked) {
    const [, groups, , , lanes] = tracer.blockedShape(x.shape);
    const blocks = over(tracer.fetch(x, blocked), [n * groups, h * w, lanes], [1]);
    const channels = tracer.graph.reshape(over(blocks, [n, groups * lanes], [0]), [groups * lanes]);
    return groups * lanes === c ? channels : tracer.graph.slice(channels, [0], [c], [0]);
  }
  if (x.preferred === channelsFirst) return over(tracer.fetch(x, channelsFirst), [c, n * h * w], [1]);
  return over(over(tracer.fetch(x, nchw), [n * c, h * w], [1]), [n, c], [0]);
}

/** Reduces a repeated value before it is repeated. */
function reduceRepeated(
  tracer: Tracer,
  op: Reducer,
  x: Value,
  source: Value,
  axes: readonly number[],
  shape: readonly number[],
): Value {
  const small = tracer.expanded(source, x.rank);
  const real = axes.filter((axis) => small.shape[axis] !== 1);
  const count = sizeOf(axes.filter((axis) => small.shape[axis] === 1).map((axis) => x.shape[axis]));
  const reduced = real.length > 0 ? reduce(tracer, op, small, real, true) : small;
  const scaled = repeatedReduction(tracer, op, reduced, count);
  const keeps = shape.length === x.rank;
  const remaining = scaled.shape.filter((_, axis) => keeps || !axes.includes(axis));
  return tracer.repeat(tracer.reshape(scaled, remaining), shape);
}

function repeatedReduction(tracer: Tracer, op: Reducer, x: Value, count: number): Value {
  if (count === 1 || op === 'ReduceMax' || op === 'ReduceMin') return x;
  return op === 'ReduceSum' ? multiply(tracer, x, scalar(x, count)) : apply(tracer, 'Pow', [x, scalar(x, count)]);
}

const reducer = (op: Reducer): Lowering =>
  lowering<Axes>((tracer, { x }, attributes) => reduce(tracer, op, x, axesOf(attributes, x), attributes.keepDims));

const logicalReducer = (op: 'ReduceMin' | 'ReduceMax'): Lowering =>
  lowering<Axes>((tracer, { x }, attributes) => {
    const reduced = reduce(tracer, op, cast(tracer, x, 'int32'), axesOf(attributes, x), attributes.keepDims);
    return cast(tracer, reduced, 'bool');
  });

const argument = (op: 'ArgMax' | 'ArgMin'): Lowering =>
  lowering<{ axis: number }>((tracer, { x }, { axis }) => {
    const along = util.parseAxisParam(axis, [...x.shape])[0];
    const index = tracer.graph.node(op, [tracer.fetch(x)], { axis: along, keepdims: 0 });
    const shape = x.shape.filter((_, i) => i !== along);
    return computed(shape, 'int32', tracer.graph.node('Cast', [index], { to: 6 }));
  });

/** ONNX has a cumulative sum only, so the product is computed element by element. */
function cumulativeProduct(tracer: Tracer, x: Value, { axis, exclusive, reverse }: Cumulative): Value {
  const along = util.parseAxisParam(axis, [...x.shape])[0];
  const positions = Array.from({ length: x.shape[along] }, (_, i) => (reverse ? x.shape[along] - 1 - i : i));
  const results: Value[] = [];
  let product: Value | undefined;
  for (const position of positions) {
    const factor = part(tracer, x, along, position, 1);
    const before = product ?? filled(factor.shape, x.dtype, 1);
    product = product ? multiply(tracer, product, factor) : factor;
    results[position] = exclusive ? before : product;
  }
  return concat(tracer, results, along);
}

interface Cumulative {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

export const reductions: Lowerings = {
  Sum: reducer('ReduceSum'),
  Max: reducer('ReduceMax'),
  Min: reducer('ReduceMin'),
  Prod: reducer('ReduceProd'),
  Mean: lowering<Axes>((tracer, { x }, attributes) => {
    const axes = axesOf(attributes, x);
    const total = reduce(tracer, 'ReduceSum', cast(tracer, x, 'float32'), axes, attributes.keepDims);
    return multiply(tracer, total, scalar(total, 1 / sizeOf(axes.map((axis) => x.shape[axis]))));
  }),
  All: logicalReducer('ReduceMin'),
  Any: logicalReducer('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Cumprod: lowering<Cumulative>((tracer, { x }, attributes) => cumulativeProduct(tracer, x, attributes)),
  Cumsum: lowering<Cumulative>((tracer, { x }, { axis, exclusive, reverse }) => {
    const { graph } = tracer;
    const along = graph.constant('int64', [], BigInt64Array.of(BigInt(util.parseAxisParam(axis, [...x.shape])[0])));
    const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
    return computed(x.shape, x.dtype, graph.node('CumSum', [tracer.fetch(x), along], attributes));
  }),
};
