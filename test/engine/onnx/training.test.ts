import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine, Program, TensorRecord, Tensors } from '../../../src/engine/types.js';
import { difference } from './agreement.js';

type Shapes = Record<string, number[]>;
type Pair = [ofR: Shapes, R: Forward, ofD: Shapes, D: Forward];
type Forward = (x: tf.Tensor4D, w: Tensors) => tf.Tensor;

const conv = (x: tf.Tensor, w: Tensors, name: string, stride = 1, pad: 'same' | 'valid' | number = 'same') =>
  tf.add(tf.conv2d(x as tf.Tensor4D, w[name] as tf.Tensor4D, stride, pad), w[`${name}/bias`]);
const norm = (x: tf.Tensor, w: Tensors, name: string) => {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.batchNorm(
    x as tf.Tensor4D,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    w[`${name}/offset`] as tf.Tensor1D,
    w[`${name}/scale`] as tf.Tensor1D,
    1e-3,
  );
};
/** Filters, biases and normalisation parameters. */
function layers(filters: Shapes, normalised: Record<string, number> = {}): Shapes {
  const shapes: Shapes = { ...filters };
  for (const [name, channels] of Object.entries(normalised)) {
    shapes[`${name}/scale`] = [channels];
    shapes[`${name}/offset`] = [channels];
  }
  return shapes;
}
const biased = (filters: Shapes): Shapes =>
  Object.fromEntries(
    Object.entries(filters).flatMap(([name, shape]) => [
      [name, shape],
      [`${name}/bias`, [shape[3]]],
    ]),
  );
const reflect = (x: tf.Tensor) =>
  tf.mirrorPad(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
  );

/** Residual refiner and patch discriminator, as SimGAN has them. */
const residual: Pair = [
  biased({ 'R/in': [3, 3, 3, 8], 'R/a': [3, 3, 8, 8], 'R/b': [3, 3, 8, 8], 'R/out': [1, 1, 8, 3] }),
  (x, w) => {
    const h = tf.relu(conv(x, w, 'R/in'));
    return tf.tanh(conv(tf.relu(tf.add(h, conv(tf.relu(conv(h, w, 'R/a')), w, 'R/b'))), w, 'R/out'));
  },
  biased({ 'D/1': [3, 3, 3, 12], 'D/2': [3, 3, 12, 8], 'D/3': [1, 1, 8, 2] }),
  (x, w) => {
    const h = tf.maxPool(tf.relu(conv(tf.relu(conv(x, w, 'D/1', 2, 1)), w, 'D/2', 2, 1)) as tf.Tensor4D, 3, 1, 1);
    const [a, b] = tf.split(conv(h, w, 'D/3'), 2, 3);
    return tf.sub(a, b);
  },
];

/** Auto-encoder with batch normalisation and transposed convolutions, and a small classifier. */
const encoder: Pair = [
  layers(
    { ...biased({ 'R/e': [4, 4, 3, 8], 'R/f': [4, 4, 8, 16] }), 'R/g': [4, 4, 8, 16], 'R/h': [4, 4, 3, 8] },
    { 'R/e': 8, 'R/f': 16, 'R/g': 8 },
  ),
  (x, w) => {
    let h = tf.leakyRelu(norm(conv(x, w, 'R/e', 2, 1), w, 'R/e'), 0.2);
    h = tf.leakyRelu(norm(conv(h, w, 'R/f', 2, 1), w, 'R/f'), 0.2);
    const up = (y: tf.Tensor, name: string, side: number, channels: number) =>
      tf.conv2dTranspose(y as tf.Tensor4D, w[name] as tf.Tensor4D, [x.shape[0], side, side, channels], 2, 'same');
    h = tf.relu(norm(up(h, 'R/g', 8, 8), w, 'R/g'));
    return tf.tanh(up(h, 'R/h', 16, 3));
  },
  { ...biased({ 'D/1': [3, 3, 3, 8], 'D/2': [3, 3, 8, 16] }), 'D/dense': [64, 1] },
  (x, w) => {
    let h = tf.maxPool(tf.relu(conv(x, w, 'D/1', 1, 'valid')) as tf.Tensor4D, 2, 2, 'valid');
    h = tf.maxPool(tf.relu(conv(h, w, 'D/2', 1, 'valid')) as tf.Tensor4D, 2, 2, 'valid');
    return tf.matMul(tf.reshape(h, [x.shape[0], -1]), w['D/dense'] as tf.Tensor2D);
  },
];

/** Reflected borders, leaky ReLU, bilinear doubling, channels that fill no block. */
const small: Pair = [
  biased({
    'R/in': [4, 4, 3, 16],
    'R/a': [3, 3, 16, 16],
    'R/fine': [3, 3, 3, 12],
    'R/head': [3, 3, 28, 8],
    'R/out': [3, 3, 8, 3],
  }),
  (x, w) => {
    let h = tf.leakyRelu(conv(reflect(x), w, 'R/in', 2, 'valid'), 0.2);
    h = tf.add(h, conv(reflect(tf.leakyRelu(h, 0.2)), w, 'R/a', 1, 'valid'));
    const fine = tf.leakyRelu(conv(reflect(x), w, 'R/fine', 1, 'valid'), 0.2);
    const merged = tf.concat([tf.image.resizeBilinear(h as tf.Tensor4D, [16, 16], false, true), fine], 3);
    const head = tf.leakyRelu(conv(reflect(merged), w, 'R/head', 1, 'valid'), 0.2);
    return tf.tanh(tf.add(x, conv(reflect(head), w, 'R/out', 1, 'valid')));
  },
  biased({ 'D/1': [4, 4, 3, 8], 'D/2': [4, 4, 8, 16], 'D/3': [1, 1, 16, 1] }),
  (x, w) => {
    const h = tf.leakyRelu(conv(x, w, 'D/1', 2, 'valid'), 0.2);
    return conv(tf.leakyRelu(conv(h, w, 'D/2', 2, 'valid'), 0.2), w, 'D/3');
  },
];

const bce = (logits: tf.Tensor, label: number) =>
  tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, label))) as tf.Scalar;

/** Weights, biases, normalisation and Adam's moments. */
function initial(shapes: Shapes): TensorRecord {
  const record: TensorRecord = { t: { shape: [], data: new Float32Array(1) } };
  const add = (name: string, shape: number[], value: (i: number) => number) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
    record[name] = { shape, data };
    for (const moment of ['m', 'v']) record[`${moment}:${name}`] = { shape, data: new Float32Array(data.length) };
  };
  Object.entries(shapes).forEach(([name, shape], k) => {
    const fan = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    if (shape.length === 1) add(name, shape, (i) => (name.endsWith('scale') ? 1 : 0) + 0.05 * Math.cos(i));
    else add(name, shape, (i) => Math.sin((i + 1) * 78.233 * (k + 1)) * Math.sqrt(2 / fan));
  });
  return record;
}

/** Both updates from the old weights, with Adam. */
function step([ofR, R, ofD, D]: Pair): Program {
  return ({ x, y }, state) => {
    const t = tf.add(state.t, 1);
    const next: Tensors = { t };
    const rate = tf.div(tf.mul(2e-3, tf.sqrt(tf.sub(1, tf.pow(0.999, t)))), tf.sub(1, tf.pow(0.9, t)));
    const update = (shapes: Shapes, loss: (w: Tensors) => tf.Scalar) => {
      const mine = Object.keys(shapes);
      const f = (...list: tf.Tensor[]) =>
        loss({ ...state, ...Object.fromEntries(mine.map((name, i) => [name, list[i]])) });
      const { value, grads } = tf.valueAndGrads(f)(mine.map((name) => state[name]));
      mine.forEach((name, i) => {
        const gradient = grads[i];
        const m = tf.add(tf.mul(state[`m:${name}`], 0.9), tf.mul(gradient, 0.1));
        const v = tf.add(tf.mul(state[`v:${name}`], 0.999), tf.mul(tf.square(gradient), 0.001));
        next[`m:${name}`] = m;
        next[`v:${name}`] = v;
        // A large epsilon: gradients that are nothing but rounding (a bias before normalisation) do not become steps.
        next[name] = tf.sub(state[name], tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), 1e-3)));
      });
      return value;
    };
    const pictures = x as tf.Tensor4D;
    const dLoss = update(ofD, (w) =>
      tf.add(bce(D(y as tf.Tensor4D, w), 1), bce(D(R(pictures, state) as tf.Tensor4D, w), 0)),
    );
    const rLoss = update(ofR, (w) => {
      const refined = R(pictures, w);
      return tf.add(bce(D(refined as tf.Tensor4D, state), 1), tf.mean(tf.abs(tf.sub(refined, pictures))));
    });
    return { outputs: { dLoss, rLoss }, state: next };
  };
}

describe('whole training steps', () => {
  let reference: Engine;
  let onnx: Engine;
  beforeAll(async () => {
    reference = await openEngine('reference');
    onnx = await openEngine('onnx', { threads: 2 });
  });
  afterAll(() => Promise.all([reference.dispose(), onnx.dispose()]));

  it.each([
    ['a residual refiner and a patch discriminator', residual],
    ['an auto-encoder with batch normalisation and a classifier', encoder],
    ['a small refiner with reflected borders', small],
  ] as const)('of %s agree', async (_, pair) => {
    const shape = [2, 16, 16, 3];
    const inputs = { x: { shape }, y: { shape } };
    const pictures = (k: number) => Float32Array.from({ length: 2 * 16 * 16 * 3 }, (_, i) => Math.sin(i * k));
    const given = { x: pictures(0.7), y: pictures(0.13) };
    const start = initial({ ...pair[0], ...pair[2] });
    const [slow, fast] = [reference.createState(start), onnx.createState(start)];
    const program = step([...pair]);
    const wanted = await reference.compile(program, { inputs, state: slow });
    const got = await onnx.compile(program, { inputs, state: fast });
    for (let i = 0; i < 2; i++) {
      const losses = await wanted.run(given);
      const mine = await got.run(given);
      for (const name of ['dLoss', 'rLoss']) expect(difference(mine[name], losses[name])).toBeLessThan(1e-3);
    }
    const [end, reached] = [slow.read(), fast.read()];
    for (const [name, { data }] of Object.entries(end)) {
      expect(difference(reached[name].data, data), name).toBeLessThan(1e-3);
      // A bias before normalisation has no effect.
      const moves = !/:|R\/[ef]\/bias/.test(name);
      if (moves) expect(difference(data, start[name].data), `${name} moves`).toBeGreaterThan(1e-4);
    }
  });
});
