import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { flattened, unflattened } from '../../../src/models/training/update-outputs.js';
import { run } from '../run.js';

it('gives back what an update has put out, each in its group, whatever it is called', async () => {
  const pictures = () => tf.tensor4d([1, 2, 3], [1, 1, 1, 3]);
  const values = await run(() =>
    flattened({
      losses: { refiner: tf.scalar(0.5), 'a/b': tf.scalar(2) },
      metrics: { accuracyReal: tf.scalar(1) },
      measures: { refiner: tf.scalar(3) },
      accepted: { refiner: tf.scalar(0) },
      images: { generated: pictures() },
      buffers: { 'asReal-loss': pictures() },
    }),
  );
  const arrays = Object.entries(values).map(([name, data]) => [name, Float32Array.from(data)]);
  expect(unflattened(Object.fromEntries(arrays))).toEqual({
    losses: { refiner: 0.5, 'a/b': 2 },
    metrics: { accuracyReal: 1 },
    measures: { refiner: 3 },
    gradientNorms: {},
    accepted: { refiner: 0 },
    images: { generated: Float32Array.of(1, 2, 3) },
    buffers: { 'asReal-loss': Float32Array.of(1, 2, 3) },
  });
});
