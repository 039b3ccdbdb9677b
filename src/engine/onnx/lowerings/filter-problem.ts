/** The gradient of a convolution's filter as a problem of many solutions: what goes in, and what they share. */
import { cutBlocks } from '../blocked.js';
import { contrib } from '../graph.js';
import { blocked, nchw } from '../layout.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';
import type { Geometry } from './geometry.js';
import { pad } from './shape.js';
import { covered, seen } from './windows.js';

const none = [0, 0] as const;

/** Sizes under short names, and views of both operands. */
export class Problem {
  readonly batch: number;
  readonly channels: number;
  readonly out: number;
  /** Size of `dy`'s pictures. */
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

  /** Whether x is held in blocks and can be cut. */
  get cuts(): boolean {
    return this.geometry.dilations.every((step) => step === 1) && this.x.preferred === blocked;
  }

  /** Strides that the filter covers along each axis, the last one perhaps in part. */
  get spans(): readonly [rows: number, columns: number] {
    const { kernel, strides } = this.geometry;
    return [Math.ceil(kernel[0] / strides[0]), Math.ceil(kernel[1] / strides[1])];
  }

  /** Batched `a · bᵀ`. */
  product(a: string, b: string): string {
    return this.tracer.graph.node('FusedMatMul', [a, b], { transB: 1 }, contrib);
  }

  /** The sum over the batch of so many numbers each. */
  total(name: string, size: number): string {
    return this.tracer.graph.sumRows(name, this.batch, size);
  }

  /** For each tap, what it sees of x. */
  seen(): string[] {
    return seen(this.tracer, this.covered(), this.geometry);
  }

  /** x padded and cut to exactly what the windows cover. */
  covered(): string {
    return covered(this.tracer, this.tracer.fetch(this.x, nchw), this.geometry);
  }

  /** What a column of taps, one stride wide, sees of all rows of one phase: blocks. */
  cut(phase: number, column: number): string {
    const { tracer, x, geometry, height, width, spans } = this;
    const { strides, pads } = geometry;
    const before = [0, 1].map((axis) => Math.max(0, pads[axis]));
    const after = [height, width].map((places, axis) => {
      // What whole strides see may be more than the filter does.
      const seen = (places + spans[axis] - 1) * strides[axis];
      return Math.max(0, pads[axis + 2], seen - x.shape[axis + 1] - before[axis]);
    });
    const [, channels] = tracer.dims(x.shape, blocked);
    const cuts = [height + spans[0] - 1, width * strides[1]];
    const steps = [strides[0], 1];
    // As large as it must be for so many places to come out.
    const size = [0, 1].map((axis) => {
      const extent = x.shape[axis + 1] + before[axis] + after[axis];
      return extent - (cuts[axis] - 1) * steps[axis];
    });
    const at = [phase, column * strides[1]];
    const cut = { size, at, strides: steps, pads: [...before, ...after] };
    return cutBlocks(tracer, tracer.fetch(x, blocked), channels, cut);
  }

  /** `dy` as one vector for each of its channels, in rows of `pitch` that end in zeros. */
  gradientRows(pitch: number): string {
    const { tracer, dy, batch, out, height, width } = this;
    const margins = [none, none, [0, pitch - width], none];
    // Rows of a few numbers are slow to copy, rows of a few blocks are not.
    const rows = width < 32 ? tracer.fetch(pad(tracer, dy, margins), nchw) : this.gradient(batch, out, height, width);
    const whole = width < 32 ? rows : tracer.graph.pad(rows, [0, 0, 0, 0], [0, 0, 0, pitch - width]);
    return tracer.graph.reshape(whole, [batch, out, height * pitch]);
  }

  /** `dy` in NCHW with these dimensions. */
  gradient(...dims: number[]): string {
    return this.tracer.graph.reshape(this.tracer.fetch(this.dy, nchw), dims);
  }
}

/** A way to solve it: names the gradient in OIHW. */
export type Way = (problem: Problem) => string;
