/** Lowerings of mirror padding and its gradient, one axis after the other, in pieces put next to each other. */
import { type MirrorPadGradientAttributes, mirrorPadGradientKernel } from '../../gradients/mirror-pad.js';
import { beyond } from '../graph.js';
import { blocked, type Layout, logical, permutation } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';

/** A picture in a layout whose axes can be cut: the blocked one counts as five axes, none of its blocks is cut. */
interface Held {
  readonly name: string;
  readonly layout: Layout;
  /** Where a logical axis is. */
  axis(logicalAxis: number): number;
}

function held(tracer: Tracer, x: Value, paddings: readonly (readonly number[])[]): Held {
  const inBlocks = x.preferred === blocked && x.rank === 4 && paddings[3].every((extent) => extent === 0);
  const layout = inBlocks ? blocked : x.preferred === blocked ? logical : (x.preferred ?? logical);
  const name = tracer.fetch(x, layout);
  const perm = permutation(layout, x.rank);
  return {
    name: inBlocks ? tracer.graph.reshape(name, tracer.blockedShape(x.shape)) : name,
    layout,
    axis: (logicalAxis) => perm.indexOf(logicalAxis),
  };
}

function result(tracer: Tracer, shape: readonly number[], name: string, { layout }: Held): Value {
  if (layout !== blocked) return computed(shape, 'float32', name, layout);
  const dims = permutation(layout, shape.length).map((axis) => shape[axis]);
  return computed(shape, 'float32', tracer.graph.reshape(name, dims), layout);
}

/** Elements `from` to `to` of one axis, backwards if `mirrored`. */
function cut(tracer: Tracer, name: string, axis: number, from: number, to: number, mirrored = false): string {
  if (to - from === 1 || !mirrored) return tracer.graph.slice(name, [from], [to], [axis]);
  return tracer.graph.slice(name, [to - 1], [from === 0 ? -beyond : from - 1], [axis], [-1]);
}

function mirrorPad(tracer: Tracer, x: Value, paddings: readonly (readonly [number, number])[], skip: number): Value {
  const place = held(tracer, x, paddings);
  let { name } = place;
  paddings.forEach(([before, after], logicalAxis) => {
    const axis = place.axis(logicalAxis);
    const extent = x.shape[logicalAxis];
    const pieces: string[] = [];
    if (before > 0) pieces.push(cut(tracer, name, axis, skip, skip + before, true));
    pieces.push(name);
    if (after > 0) pieces.push(cut(tracer, name, axis, extent - skip - after, extent - skip, true));
    name = tracer.graph.concat(pieces, axis);
  });
  const shape = x.shape.map((extent, axis) => extent + paddings[axis][0] + paddings[axis][1]);
  return result(tracer, shape, name, place);
}

function mirrorPadGradient(tracer: Tracer, dy: Value, attributes: MirrorPadGradientAttributes): Value {
  const { shape, paddings, skip } = attributes;
  const place = held(tracer, dy, paddings);
  let { name } = place;
  paddings.forEach(([before, after], logicalAxis) => {
    if (before + after > 0)
      name = folded(tracer, name, place.axis(logicalAxis), shape[logicalAxis], [before, after], skip);
  });
  return result(tracer, shape, name, place);
}

/** Adds both borders of one axis, mirrored, to what they were copied from. */
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

/** Where the copies of both borders overlap: each is put among zeros of the full extent. */
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
