/** A network that applies convolutions one after the other. */
import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionLayer } from './convolution.js';
import { initAll, type Network } from './network.js';

/** Applies `layers` in order, each followed by leaky ReLU with a slope of 0.2, and then `last` without an activation. */
export function layerStack(layers: readonly ConvolutionLayer[], last: ConvolutionLayer): Network<tf.Tensor4D> {
  return {
    init: (random) => initAll([...layers, last], random),
    forward(x, values) {
      let h = x;
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, values), 0.2);
      return { output: last.apply(h, values), statistics: {} };
    },
  };
}
