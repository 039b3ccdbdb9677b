/** What the windows of a convolution see of a picture. */
import { channelsFirst } from '../layout.js';
import type { Tracer } from '../tracer.js';
import type { Value } from '../value.js';
import type { Geometry } from './geometry.js';

/** A picture, rows and columns on its last two axes, padded and cut to exactly what the windows cover. */
export function covered(tracer: Tracer, name: string, { input, pads }: Geometry): string {
  const { graph } = tracer;
  const [top, left, bottom, right] = pads;
  const cut =
    bottom < 0 || right < 0
      ? graph.slice(name, [0, 0], [input[1] + Math.min(0, bottom), input[2] + Math.min(0, right)], [2, 3])
      : name;
  return graph.pad(cut, [0, 0, top, left], [0, 0, Math.max(0, bottom), Math.max(0, right)]);
}

/** For each tap of the filter, row by row, what it sees of `picture` (which is {@link covered}). */
export function seen(tracer: Tracer, picture: string, geometry: Geometry): string[] {
  const { kernel, strides, dilations, output } = geometry;
  const slices: string[] = [];
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const from = [row * dilations[0], column * dilations[1]];
      const to = [from[0] + (output[1] - 1) * strides[0] + 1, from[1] + (output[2] - 1) * strides[1] + 1];
      slices.push(tracer.graph.slice(picture, from, to, [2, 3], strides));
    }
  }
  return slices;
}

/** All windows of the whole batch as columns of one matrix: `[channels · taps, batch · positions]`. */
export function windowColumns(tracer: Tracer, x: Value, geometry: Geometry): string {
  const { graph } = tracer;
  const [batch, height, width] = geometry.output;
  const channels = x.shape[3];
  const count = batch * height * width;
  const taps = seen(tracer, covered(tracer, tracer.fetch(x, channelsFirst), geometry), geometry);
  const rows = taps.map((name) => graph.reshape(name, [channels, 1, count]));
  return graph.reshape(graph.concat(rows, 1), [channels * taps.length, count]);
}

/** `y` as a matrix of `[channels, batch · positions]`. */
export function positionColumns(tracer: Tracer, y: Value): string {
  return tracer.graph.reshape(tracer.fetch(y, channelsFirst), [y.shape[3], y.size / y.shape[3]]);
}
