/** Lowerings of mirror padding and its gradient, by slices and concatenations of one axis after the other. */
import { type MirrorPadGradientAttributes, mirrorPadGradientKernel } from '../../gradients/mirror-pad.js';
import { commonAxes, joinAxes, physicalAxis, splitAxes } from '../axes.js';
import { maxSliceEnd } from '../graph.js';
import { blocked, type Layout, permutation } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';

type Paddings = readonly (readonly [before: number, after: number])[];

function layoutFor(x: Value, paddings: Paddings): Layout {
  const inBlocks = x.rank === 4 && [...paddings[0], ...paddings[3]].every((extent) => extent === 0);
  return commonAxes([x], inBlocks);
}

/** Elements `from` to `to` of one axis, in reverse order if `mirrored`. */
function cut(tracer: Tracer, name: string, axis: number, from: number, to: number, mirrored = false): string {
  if (to - from === 1 || !mirrored) return tracer.graph.slice(name, [from], [to], [axis]);
  return tracer.graph.slice(name, [to - 1], [from === 0 ? -maxSliceEnd : from - 1], [axis], [-1]);
}

function mirrorPad(tracer: Tracer, x: Value, paddings: Paddings, skip: number): Value {
  const layout = layoutFor(x, paddings);
  const shape = x.shape.map((extent, axis) => extent + paddings[axis][0] + paddings[axis][1]);
  if (layout === blocked && skip === 1) {
    // ONNX's own operator is the fastest for blocked tensors and the slowest for planar ones.
    const amounts = [0, 1].flatMap((side) => [0, 0, paddings[1][side], paddings[2][side], 0]);
    const inputs = [splitAxes(tracer, x, layout), tracer.graph.ints(amounts)];
    return joinAxes(tracer, shape, x.dtype, tracer.graph.node('Pad', inputs, { mode: 'reflect' }), layout);
  }
  let name = splitAxes(tracer, x, layout);
  // The last axis is the slowest to copy, so it is padded first, while the tensor is smallest.
  const axes = permutation(layout, x.rank).toReversed();
  for (const logicalAxis of axes) {
    const [before, after] = paddings[logicalAxis];
    const axis = physicalAxis(layout, x.rank, logicalAxis);
    const extent = x.shape[logicalAxis];
    const pieces: string[] = [];
    if (before > 0) pieces.push(cut(tracer, name, axis, skip, skip + before, true));
    pieces.push(name);
    if (after > 0) pieces.push(cut(tracer, name, axis, extent - skip - after, extent - skip, true));
    name = tracer.graph.concat(pieces, axis);
  }
  return joinAxes(tracer, shape, x.dtype, name, layout);
}

function mirrorPadGradient(tracer: Tracer, dy: Value, attributes: MirrorPadGradientAttributes): Value {
  const { shape, paddings, skip } = attributes;
  const layout = layoutFor(dy, paddings);
  let name = splitAxes(tracer, dy, layout);
  paddings.forEach(([before, after], logicalAxis) => {
    const axis = physicalAxis(layout, dy.rank, logicalAxis);
    if (before + after > 0) name = folded(tracer, name, axis, shape[logicalAxis], [before, after], skip);
  });
  return joinAxes(tracer, shape, 'float32', name, layout);
}

/** Adds both borders of one axis, mirrored, to the elements that they were copied from. */
function folded(
  tracer: Tracer,
  name: string,
  axis: number,
  extent: number,
  [before, after]: readonly [number, number],
  skip: number,
): string {
  const { graph } = tracer;
  const inner = (from: number, to: number) => cut(tracer, name, axis, before + from, before + to);
  const first = { from: skip, to: skip + before, border: () => cut(tracer, name, axis, 0, before, true) };
  const last = {
    from: extent - skip - after,
    to: extent - skip,
    border: () => cut(tracer, name, axis, before + extent, before + extent + after, true),
  };
  const targets = [first, last].filter(({ from, to }) => to > from);
  if (targets.length === 2 && first.to > last.from) return foldedWhole(tracer, inner(0, extent), axis, extent, targets);
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to, border } of targets) {
    if (from > done) pieces.push(inner(done, from));
    pieces.push(graph.node('Add', [inner(from, to), border()]));
    done = to;
  }
  if (done < extent) pieces.push(inner(done, extent));
  return graph.concat(pieces, axis);
}

/** {@link folded} where the sources of both borders overlap: each border is padded with zeros to the full extent. */
function foldedWhole(
  tracer: Tracer,
  inner: string,
  axis: number,
  extent: number,
  targets: readonly { from: number; to: number; border(): string }[],
): string {
  const { graph } = tracer;
  const zeros = (like: string, count: number) => {
    const repeated = graph.node('Gather', [like, graph.ints(new Array<number>(count).fill(0))], { axis });
    return graph.node('Mul', [repeated, graph.float(0)]);
  };
  return targets.reduce((sum, { from, to, border }) => {
    const edge = border();
    const pieces = [edge];
    if (from > 0) pieces.unshift(zeros(edge, from));
    if (extent > to) pieces.push(zeros(edge, extent - to));
    return graph.node('Add', [sum, graph.concat(pieces, axis)]);
  }, inner);
}

export const mirrorPads: Lowerings = {
  MirrorPad: lowering<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
    (tracer, { x }, { paddings, mode }) => mirrorPad(tracer, x, paddings, mode === 'reflect' ? 1 : 0),
  ),
  [mirrorPadGradientKernel]: lowering<MirrorPadGradientAttributes>((tracer, { dy }, attributes) =>
    mirrorPadGradient(tracer, dy, attributes),
  ),
};
