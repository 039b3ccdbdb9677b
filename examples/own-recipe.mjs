// npx irisflow train --recipe examples/own-recipe.mjs --pairs blur --steps 300
/**
 * An example of a recipe of your own: a small network that learns from the real input to sharpen blurred pictures.
 * The path of a module like this one can stand wherever a recipe's name can, in `live` and `train`; its runs work in `refine` and `report`.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  adversarialDefinition,
  adversarialOptions,
  convolution,
  defineRecipe,
  initAll,
  integer,
  number,
  option,
  pictureSize,
  picturesInput,
} from 'irisflow/models';

/** R(x) = x + f(x), where f has three convolutions. */
function sharpener(filters) {
  const common = { size: 5, padding: 2, border: 'reflect' };
  const layers = [
    convolution('conv0', { ...common, from: 3, to: filters }),
    convolution('conv1', { ...common, from: filters, to: filters }),
  ];
  // The last layer starts at zero, so that an untrained network returns its input.
  const last = convolution('last', { ...common, from: filters, to: 3, deviation: 0 });
  return {
    init: (random) => initAll([...layers, last], random),
    forward(x, values) {
      let h = x;
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, values), 0.2);
      return { output: tf.clipByValue(tf.add(x, last.apply(h, values)), -1, 1), statistics: {} };
    },
  };
}

/** One logit for each patch of 18 pixels: above 0 for patches classified as generated, below 0 for real. */
function patchDiscriminator(filters) {
  const layers = [
    convolution('conv0', { size: 4, from: 3, to: filters, stride: 2 }),
    convolution('conv1', { size: 4, from: filters, to: 2 * filters, stride: 2 }),
    convolution('last', { size: 3, from: 2 * filters, to: 1 }),
  ];
  return {
    init: (random) => initAll(layers, random),
    forward(x, values) {
      let h = x;
      for (const [i, layer] of layers.entries()) h = layer.apply(i > 0 ? tf.leakyRelu(h, 0.2) : h, values);
      return { output: h, statistics: {} };
    },
  };
}

function training(config) {
  const error = (generated, { y }) => tf.mean(tf.abs(tf.sub(generated, y)));
  return adversarialDefinition(config, {
    generator: sharpener(config.filters),
    discriminator: patchDiscriminator(config.filters),
    inputs: (count) => ({ x: picturesInput('synthetic', config, count) }),
    generate: (apply, { x }) => apply('generator', x),
    discriminate: (apply, pictures) => apply('discriminator', pictures),
    weight: config.adversarial,
    content: (generated, inputs) => ({ loss: error(generated, inputs), measures: { l1: error(generated, inputs) } }),
    measures: (generated, inputs) => ({ l1: error(generated, inputs), 'l1-blurred': error(inputs.x, inputs) }),
  });
}

export default defineRecipe({
  name: 'sharpen',
  description: 'an example of a recipe of your own: sharpens blurred pictures',
  learnsFrom: 'pairs',
  keepsPicture: false,
  control: 'inputs',
  inputs: { pairs: 'blur' },
  presets: ['small'],
  options: {
    ...adversarialOptions({ learningRate: 1e-3 }),
    ...pictureSize({ step: 1, least: 24, default: 64 }),
    filters: option({
      is: integer(1, 256),
      default: 16,
      fixed: true,
      help: 'The number of filters of the first layer of both networks.',
    }),
    adversarial: option({
      is: number(0, 100),
      default: 0.01,
      help: 'The weight of the adversarial loss in the generator’s loss.',
    }),
  },
  training,
  refine: (apply, x) => apply('generator', x),
});
