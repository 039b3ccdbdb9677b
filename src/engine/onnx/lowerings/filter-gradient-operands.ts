/** The operands of a filter gradient and the views of them that the strategies in `filter-gradient.ts` share. */
import { sliceBlocks } from '../blocked.js';
import { contrib } from '../graph.js';
import { blocked, nchw } from '../layout.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { paddedInput, tapSlices } from './im2col.js';
import { pad } from './shape.js';

const none = [0, 0] as const;

/** The input `x` and the output's gradient `dy` of a convolution, with their sizes. */
export class FilterGradientOperands {
  readonly batch: number;
  readonly channels: number;
  readonly out: number;
  /** Height and width of `dy`. */
  readonly height: number;
  readonly width: number;

  constructor(
    readonly tracer: Tracer,
    readonly x: Value,
    readonly dy: Value,
    readonly geometry: Geometry,
  ) {
    [this.batch, , , this.channels] = x.shape;
    [, this.height, this.width, this.out] = dy.shape;
  }

  get positions(): number {
    return this.height * this.width;
  }

  get taps(): number {
    return this.geometry.kernel[0] * this.geometry.kernel[1];
  }

  get dense(): boolean {
    return [...this.geometry.strides, ...this.geometry.dilations].every((n) => n === 1);
  }

  /** Whether {@link blockSlice} applies: x is blocked and the filter not dilated. */
  get blockSliceable(): boolean {
    return this.geometry.dilations.every((step) => step === 1) && this.x.preferred === blocked;
  }

  /** The filter's extent along each axis in strides, rounded up. */
  get spans(): readonly [rows: number, columns: number] {
    const { kernel, strides } = this.geometry;
    return [Math.ceil(kernel[0] / strides[0]), Math.ceil(kernel[1] / strides[1])];
  }

  /** Batched `a · bᵀ`. */
  product(a: string, b: string): string {
    return this.tracer.graph.node('FusedMatMul', [a, b], { transB: 1 }, contrib);
  }

  /** The sum over the batch of `size` numbers each. */
  total(name: string, size: number): string {
    return this.tracer.graph.sumRows(name, this.batch, size);
  }

  /** The slice of x under each filter tap. */
  tapSlices(): string[] {
    return tapSlices(this.tracer, this.paddedInput(), this.geometry);
  }

  /** x, padded or cropped to exactly the area that the windows cover. */
  paddedInput(): string {
    return paddedInput(this.tracer, this.tracer.fetch(this.x, nchw), this.geometry);
  }

  /** The blocked slice of x under a column of taps that is one stride wide, for the rows of one phase of the stride. */
  blockSlice(phase: number, column: number): string {
    const { tracer, x, geometry, height, width, spans } = this;
    const { strides, pads } = geometry;
    const before = [0, 1].map((axis) => Math.max(0, pads[axis]));
    const after = [height, width].map((places, axis) => {
      // Whole strides can cover more than the filter does.
      const coveredExtent = (places + spans[axis] - 1) * strides[axis];
      return Math.max(0, pads[axis + 2], coveredExtent - x.shape[axis + 1] - before[axis]);
    });
    const [, channels] = tracer.dims(x.shape, blocked);
    const extents = [height + spans[0] - 1, width * strides[1]];
    const steps = [strides[0], 1];
    // The window size that gives a result of these extents.
    const size = [0, 1].map((axis) => {
      const extent = x.shape[axis + 1] + before[axis] + after[axis];
      return extent - (extents[axis] - 1) * steps[axis];
    });
    const at = [phase, column * strides[1]];
    const slice = { size, at, strides: steps, pads: [...before, ...after] };
    return sliceBlocks(tracer, tracer.fetch(x, blocked), channels, slice);
  }

  /** `dy` as one vector for each channel, its rows padded with zeros to `pitch`. */
  gradientRows(pitch: number): string {
    const { tracer, dy, batch, out, height, width } = this;
    const margins = [none, none, [0, pitch - width], none];
    // Padding short rows is slow in NCHW and fast in blocks.
    const rows = width < 32 ? tracer.fetch(pad(tracer, dy, margins), nchw) : this.gradient(batch, out, height, width);
    const whole = width < 32 ? rows : tracer.graph.pad(rows, [0, 0, 0, 0], [0, 0, 0, pitch - width]);
    return tracer.graph.reshape(whole, [batch, out, height * pitch]);
  }

  /** `dy` in NCHW, reshaped to `dims`. */
  gradient(...dims: number[]): string {
    return this.tracer.graph.reshape(this.tracer.fetch(this.dy, nchw), dims);
  }
}

/** A way to compute the filter gradient; returns the graph name of the gradient in OIHW. */
export type Strategy = (operands: FilterGradientOperands) => string;
