/** The gradient of a convolution's filter as a problem of many solutions: what goes in, and what they share. */
import { apart } from '../axes.js';
import { blockedDomain, contrib } from '../graph.js';
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

  /** Whether x is held in blocks, and the filter falls into whole strides, so that it can be cut. */
  get cuts(): boolean {
    const { kernel, strides, dilations } = this.geometry;
    const whole = kernel.every((extent, axis) => extent % strides[axis] === 0 && dilations[axis] === 1);
    return whole && this.x.preferred === blocked;
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
    const { tracer, x, geometry } = this;
    const { kernel, strides, pads, input } = geometry;
    if (this.dense && pads.some((extent) => extent > 0)) return this.#shiftedBy(column);
    const [top, left] = pads;
    const [tall, wide] = [0, 1].map((axis) => (this.dy.shape[axis + 1] - 1) * strides[axis] + kernel[axis]);
    const [bottom, right] = [tall - top - input[1], wide - left - input[2]];
    const picture = apart(tracer, x, blocked);
    const whole = tracer.graph.pad(picture, [0, 0, top, left, 0], [0, 0, Math.max(0, bottom), Math.max(0, right), 0]);
    const [start, count] = [column * strides[1], this.width * strides[1]];
    return tracer.graph.slice(whole, [phase, start], [tall, start + count], [2, 3], [strides[0], 1]);
  }

  /** The same where x has a border: a convolution of each channel by a one pads and cuts at once, on all threads. */
  #shiftedBy(column: number): string {
    const { tracer, x, geometry } = this;
    const [, channels] = tracer.dims(x.shape, blocked);
    const [size, block] = [geometry.kernel[1], tracer.block];
    const one = Float32Array.from({ length: channels * size }, (_, i) =>
      Number(Math.floor(i / block) % size === column),
    );
    const filter = tracer.graph.constant('float32', [channels, 1, 1, size], one);
    const attributes = {
      group: channels,
      kernel_shape: [1, size],
      strides: [1, 1],
      dilations: [1, 1],
      pads: geometry.pads,
    };
    return tracer.graph.node('Conv', [tracer.fetch(x, blocked), filter], attributes, blockedDomain);
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
