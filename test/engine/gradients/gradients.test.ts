import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';
import { cases, values } from '../cases.js';

describe('gradients', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('reference');
    await tf.setBackend('cpu');
  });
  afterAll(() => engine.dispose());

  // Along a random direction: the derivative of a weighted sum of the results must match a central difference.
  it.each(cases)('%s', (_, f, shapes, low = -2, high = 2) => {
    tf.tidy(() => {
      const xs = shapes.map((shape, i) => values(shape, low, high, i + 1));
      const directions = shapes.map((shape, i) => values(shape, -1, 1, i + 7));
      const weights = values(f(...xs).shape, -1, 1, 5);
      const loss = (...inputs: tf.Tensor[]) => tf.sum(tf.mul(f(...inputs), weights)) as tf.Scalar;
      const gradients = tf.grads(loss)(xs);
      gradients.forEach((gradient, i) => {
        expect(gradient.shape).toEqual(shapes[i]);
        const derivative = tf.sum(tf.mul(gradient, directions[i])).dataSync()[0];
        const at = (t: number) =>
          loss(...xs.map((x, k) => (k === i ? tf.add(x, tf.mul(directions[k], t)) : x))).dataSync()[0];
        const h = 2e-3;
        const difference = (at(h) - at(-h)) / (2 * h);
        expect(Math.abs(derivative - difference)).toBeLessThan(0.02 * Math.max(1, Math.abs(difference)));
      });
    });
  });
});
