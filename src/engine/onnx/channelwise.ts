/** Scales and shifts the channels of blocked tensors by a 1×1 depthwise convolution: one fused pass without reshaping. */
import { blockedDomain } from './graph.js';
import { blocked, logical } from './layout.js';
import type { Tracer } from './tracer.js';
import { computed, isChannelVector, type Value } from './value.js';

/** Whether an operation of `x` with `vector` should be a {@link channelAffine}. */
export function isChannelwise(x: Value, vector: Value): boolean {
  return (
    x.preferred === blocked &&
    vector.origin.fill === undefined &&
    !vector.lazy &&
    vector.size > 1 &&
    isChannelVector(vector, x.shape)
  );
}

/** `x · scale + shift`. */
export function channelAffine(tracer: Tracer, x: Value, scale: string, shift?: string): Value {
  const [, channels] = tracer.dims(x.shape, blocked);
  const { graph } = tracer;
  const padded = (vector: string) => graph.pad(vector, [0], [channels - x.shape[3]]);
  const inputs = [tracer.fetch(x, blocked), graph.reshape(padded(scale), [channels, 1, 1, 1])];
  if (shift) inputs.push(padded(shift));
  const attributes = { group: channels, kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const name = graph.node('Conv', inputs, attributes, blockedDomain);
  const result = computed(x.shape, 'float32', name, blocked);
  result.convolution = graph.producer(name);
  return result;
}

/** The name of a per-channel vector as one dimension. */
export function channelVector(tracer: Tracer, vector: Value): string {
  const name = tracer.fetch(vector, vector.preferred === undefined ? logical : vector.preferred);
  return vector.rank === 1 ? name : tracer.graph.reshape(name, [vector.size]);
}

/** A vector with `x` for each channel, for {@link channelAffine}. */
export function channelConstant(tracer: Tracer, channels: number, x: number): string {
  return tracer.graph.constant('float32', [channels], new Float32Array(channels).fill(x));
}
