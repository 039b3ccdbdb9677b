// npx irisflow train --recipe examples/own-recipe.mjs --pairs blur --steps 300
/**
 * A recipe of your own: a small network that learns, on whatever is filmed, to bring a picture that is out of focus back into focus.
 * Wherever a recipe's name can stand, the path of a module like this one can: `live`, `train`, and for its runs `refine` and `report`.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  adversarialMoves,
  adversarialOptions,
  CHECKED,
  convolution,
  defineRecipe,
  initAll,
  integer,
  number,
  objectiveInputs,
  option,
  pictureSize,
  picturesInput,
} from 'irisflow/models';

/** R(x) = x + what three convolutions add. */
function sharpener(filters) {
  const common = { size: 5, padding: 2, border: 'reflect' };
  const layers = [
    convolution('conv0', { ...common, from: 3, to: filters }),
    convolution('conv1', { ...common, from: filters, to: filters }),
  ];
  // Starts at zero: before it has learnt anything, it changes nothing.
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

/** One logit for each patch of 18 pixels; above 0 where it takes the patch for made, below for real. */
function judge(filters) {
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

function game(config) {
  const make = (play, { x }) => play('sharpener', x);
  const told = (play, pictures) => play('judge', pictures);
  const error = (made, { y }) => tf.mean(tf.abs(tf.sub(made, y)));
  const inputs = (count) => ({ x: picturesInput('synthetic', config, count), y: picturesInput('real', config, count) });
  return {
    players: {
      sharpener: { role: 'generator', network: sharpener(config.filters) },
      judge: { role: 'discriminator', network: judge(config.filters) },
    },
    inputs: { ...inputs(config.batch), ...objectiveInputs(config) },
    ...adversarialMoves(config, {
      generator: 'sharpener',
      discriminator: 'judge',
      make,
      real: ({ y }) => y,
      judge: told,
      weight: config.adversarial,
      also: (made, given) => ({ loss: error(made, given), reports: { 'measure-l1': error(made, given) } }),
    }),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const refined = make(play, given);
      const measures = { l1: error(refined, given), 'l1-blurred': error(given.x, given) };
      return { refined, ofRefined: told(play, refined), ofReal: told(play, given.y), measures };
    },
  };
}

export default defineRecipe({
  name: 'sharpen',
  description: 'an example of a recipe of your own: brings pictures back into focus',
  learnsFrom: 'pairs',
  inputs: { pairs: 'blur' },
  presets: ['small'],
  options: {
    ...adversarialOptions({ learningRate: 1e-3 }),
    ...pictureSize({ step: 1, least: 24, default: 64 }),
    filters: option({
      is: integer(1, 256),
      default: 16,
      fixed: true,
      help: 'Filters of the first layer of either network.',
    }),
    adversarial: option({
      is: number(0, 100),
      default: 0.01,
      help: 'Weight of the adversarial loss in the generator’s.',
    }),
  },
  game,
  refine: (play, x) => play('sharpener', x),
});
