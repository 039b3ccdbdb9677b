/** Lowerings of the gradient of a convolution's input, which is also the forward pass of a transposed convolution. */
import { sizeOf } from '../../values.js';
import { blockable, blockedTransposed, type ReversedTaps, sliceBlocks, worthReordering } from '../blocked.js';
import { maxSliceEnd } from '../graph.js';
import { blocked, nchw, oihw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import { convolve, groupedFilter } from './convolution.js';
import { type ConvolutionAttributes, type Geometry, geometryOf } from './geometry.js';
import { inputGradientByCol2im, isLargeFilter } from './large-filter.js';

interface InputGradient extends ConvolutionAttributes {
  readonly inputShape: number[];
}

/** The blocked filter of the input gradient. */
function inputGradientFilter(tracer: Tracer, filter: Value, rows: ReversedTaps, columns: ReversedTaps): string {
  const [height, width, channels, out] = filter.shape;
  return blockedTransposed(tracer, tracer.fetch(filter, oihw), [out, channels, height, width], rows, columns);
}

function inputGradient(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  const { strides, dilations } = geometry;
  const [sh, sw] = strides;
  const dense = dilations.every((d) => d === 1);
  if (dense && isLargeFilter(filter, geometry)) return inputGradientByCol2im(tracer, dy, filter, geometry);
  const rotated = rotatedPads(geometry);
  if (dense && sh === 1 && sw === 1 && rotated.every((extent) => extent >= 0)) {
    return byRotation(tracer, dy, filter, geometry, rotated);
  }
  const phases = dense && sh === 2 && sw === 2 ? phasesOf(tracer, dy, filter, geometry) : undefined;
  return phases ? byPhases(tracer, dy, filter, geometry, phases) : byTransposition(tracer, dy, filter, geometry);
}

function rotatedPads({ kernel: [height, width], pads: [top, left, bottom, right] }: Geometry): number[] {
  return [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right];
}

/** Stride 1: a convolution by the filter rotated by 180°, with input and output channels swapped. */
function byRotation(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry, pads: readonly number[]): Value {
  const [height, width, channels, out] = filter.shape;
  const plain = () => {
    const name = tracer.fetch(filter, oihw);
    const rotatedFilter =
      height * width === 1 ? name : tracer.graph.slice(name, [-1, -1], [-maxSliceEnd, -maxSliceEnd], [2, 3], [-1, -1]);
    return tracer.graph.transpose(rotatedFilter, [1, 0, 2, 3]);
  };
  const inBlocks = () =>
    inputGradientFilter(tracer, filter, { last: height - 1, step: 1 }, { last: width - 1, step: 1 });
  return convolve(
    tracer,
    dy,
    { plain, inBlocks },
    {
      filter: [channels, out, height, width],
      pads,
      output: geometry.input,
      constant: filter.constant,
    },
  );
}

/** The filter taps that contribute to the even or odd pixels of one axis, last to first, and the offset of their pixels in `dy`. */
interface PhaseTaps {
  readonly taps: readonly number[];
  readonly shift: number;
}

interface Phase {
  readonly rows: PhaseTaps;
  readonly columns: PhaseTaps;
  readonly pads: readonly number[];
}

/** Stride 2: each of the four phases of the result is a small convolution of `dy`. Undefined where that needs cropping or is slower. */
function phasesOf(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Phase[] | undefined {
  const [, height, width] = geometry.input;
  const [kernelHeight, kernelWidth, channels, out] = filter.shape;
  const { block } = tracer;
  const fits =
    blockable(block, out, channels) &&
    channels >= block &&
    (filter.constant
      ? tracer.constantsInBlocks
      : worthReordering([out, channels, kernelHeight, kernelWidth], dy.size, sizeOf(geometry.input)));
  if (!fits) return undefined;
  const [top, left] = geometry.pads;
  const phases: Phase[] = [];
  for (const row of [0, 1]) {
    for (const column of [0, 1]) {
      const rows = tapsOf(kernelHeight, top, row);
      const columns = tapsOf(kernelWidth, left, column);
      if (!rows || !columns) return undefined;
      const bottom = Math.ceil(height / 2) - geometry.output[1] + rows.shift + rows.taps.length - 1;
      const right = Math.ceil(width / 2) - geometry.output[2] + columns.shift + columns.taps.length - 1;
      const pads = [-rows.shift, -columns.shift, bottom, right];
      if (pads.some((extent) => extent < 0)) return undefined;
      phases.push({ rows, columns, pads });
    }
  }
  return phases;
}

function tapsOf(kernel: number, before: number, phase: number): PhaseTaps | undefined {
  const taps: number[] = [];
  for (let tap = kernel - 1; tap >= 0; tap--) if ((phase + before - tap) % 2 === 0) taps.push(tap);
  return taps.length > 0 ? { taps, shift: (phase + before - taps[0]) / 2 } : undefined;
}

function byPhases(tracer: Tracer, dy: Value, filter: Value, { input }: Geometry, phases: readonly Phase[]): Value {
  const { graph, block } = tracer;
  const [batch, , , channels] = input;
  // All phases have the same size, so an odd extent gets one row or column too many, which is cropped at the end.
  const [phaseHeight, phaseWidth] = [Math.ceil(input[1] / 2), Math.ceil(input[2] / 2)];
  const out = filter.shape[3];
  const results = phases.map(({ rows, columns, pads }) => {
    const plain = () => {
      const [from, to] = [rows, columns].map(({ taps }) => [taps[0], taps[taps.length - 1] - 1]).reduce(zip, [[], []]);
      const ends = to.map((end) => (end < 0 ? -maxSliceEnd : end));
      return graph.transpose(graph.slice(tracer.fetch(filter, oihw), from, ends, [2, 3], [-2, -2]), [1, 0, 2, 3]);
    };
    const inBlocks = () =>
      inputGradientFilter(tracer, filter, { last: rows.taps[0], step: 2 }, { last: columns.taps[0], step: 2 });
    const phase = convolve(
      tracer,
      dy,
      { plain, inBlocks },
      {
        filter: [channels, out, rows.taps.length, columns.taps.length],
        pads,
        output: [batch, phaseHeight, phaseWidth, channels],
        constant: filter.constant,
      },
    );
    return tracer.fetch(phase, blocked);
  });
  // The phases are interleaved in the blocked layout: first the columns of each row, then the rows.
  const planes = batch * Math.ceil(channels / block);
  const column = (name: string) => graph.reshape(name, [planes * phaseHeight, phaseWidth, 1, block]);
  const rows = [0, 2].map((i) => {
    const row = graph.concat([column(results[i]), column(results[i + 1])], 2);
    return graph.reshape(row, [planes * phaseHeight, 1, 2 * phaseWidth * block]);
  });
  const blocks = Math.ceil(channels / block) * block;
  const whole = graph.reshape(graph.concat(rows, 1), [batch, blocks, 2 * phaseHeight, 2 * phaseWidth]);
  const odd = [input[1] % 2, input[2] % 2];
  const crop = { size: odd.map((one) => 1 + one), at: [0, 0], strides: [1, 1], pads: [0, 0, 0, 0] };
  const name = odd.includes(1) ? sliceBlocks(tracer, whole, blocks, crop) : whole;
  return computed(input, 'float32', name, blocked);
}

const zip = ([firsts, seconds]: number[][], [first, second]: number[]) => [
  [...firsts, first],
  [...seconds, second],
];

interface Transposition {
  readonly weights: string;
  readonly group: number;
  readonly geometry: Geometry;
}

/** The general case: ONNX's transposed convolution. */
function transposed(tracer: Tracer, dy: Value, { weights, group, geometry }: Transposition): Value {
  const { input, output, kernel, strides, dilations, pads } = geometry;
  // The part at the end that no window of the forward convolution reached: zeros to add if positive.
  const extra = [0, 1].map((axis) => {
    const reached = (output[axis + 1] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
    return input[axis + 1] - (reached - pads[axis] - Math.max(0, pads[axis + 2]));
  });
  const attributes = {
    group,
    kernel_shape: kernel,
    strides,
    dilations,
    pads: pads.map((extent) => Math.max(0, extent)),
  };
  const name = tracer.graph.node('ConvTranspose', [tracer.fetch(dy, nchw), weights], attributes);
  const zeros = extra.map((extent) => Math.max(0, extent));
  const padded = tracer.graph.pad(name, [0, 0, 0, 0], [0, 0, ...zeros]);
  return computed(input, 'float32', padded, nchw);
}

function byTransposition(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  return transposed(tracer, dy, { weights: tracer.fetch(filter, oihw), group: 1, geometry });
}

function depthwiseInputGradient(tracer: Tracer, dy: Value, filter: Value, geometry: Geometry): Value {
  const [height, width, channels, multiplier] = filter.shape;
  const weights = groupedFilter(tracer, filter);
  const pads = rotatedPads(geometry);
  const plain =
    [...geometry.strides, ...geometry.dilations].every((n) => n === 1) && pads.every((extent) => extent >= 0);
  if (multiplier > 1 || !plain) return transposed(tracer, dy, { weights, group: channels, geometry });
  const rotatedFilter = tracer.graph.slice(weights, [-1, -1], [-maxSliceEnd, -maxSliceEnd], [2, 3], [-1, -1]);
  const attributes = { group: channels, kernel_shape: [height, width], pads };
  const name = tracer.graph.node('Conv', [tracer.fetch(dy, nchw), rotatedFilter], attributes);
  return computed(geometry.input, 'float32', name, nchw);
}

export const inputGradients: Lowerings = {
  Conv2DBackpropInput: lowering<InputGradient>((tracer, { dy, filter }, { inputShape, ...attributes }) =>
    inputGradient(tracer, dy, filter, geometryOf(inputShape, filter.shape, attributes)),
  ),
  DepthwiseConv2dNativeBackpropInput: lowering<InputGradient>((tracer, { dy, filter }, { inputShape, ...attributes }) =>
    depthwiseInputGradient(tracer, dy, filter, geometryOf(inputShape, filter.shape, attributes, true)),
  ),
};
