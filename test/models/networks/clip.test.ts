import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { clipToRange } from '../../../src/models/networks/clip.js';

const engines = [await openEngine('reference'), await openEngine('onnx', { threads: 1 })];
const values = Float32Array.of(-3, -1, -0.5, 0, 0.5, 1, 3, -3, 3);
/** Descent would move each value against this. */
const slopes = Float32Array.of(1, 1, 1, -1, 1, -1, 1, -1, -1);

describe.each(engines)('clipToRange on $name', (engine) => {
  it('clips, and lets a gradient through wherever it does not lead further out', async () => {
    const shape = [1, 1, values.length, 1];
    const program = await engine.compile(
      ({ x, slope }) => {
        const sum = (input: tf.Tensor) => tf.sum(tf.mul(clipToRange(input as tf.Tensor4D), slope!)) as tf.Scalar;
        const [gradient] = tf.grads(sum)([x!]) as [tf.Tensor];
        return { outputs: { clipped: clipToRange(x as tf.Tensor4D), gradient } };
      },
      { inputs: { x: { shape }, slope: { shape } } },
    );
    const { clipped, gradient } = await program.run({ x: values, slope: slopes });
    expect([...clipped!]).toEqual([-1, -1, -0.5, 0, 0.5, 1, 1, -1, 1]);
    // Below −1 only a slope that leads up passes, above 1 only one that leads down.
    expect([...gradient!]).toEqual([0, 1, 1, -1, 1, -1, 1, -1, 0]);
    await program.dispose();
  });
});
