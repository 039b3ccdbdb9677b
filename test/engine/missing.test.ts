import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import type { Program } from '../../src/engine/types.js';

describe.each(['reference', 'onnx'] as const)('a gradient that nobody wrote, on the engine %s', async (name) => {
  const engine = await openEngine(name, { threads: 1 });
  afterAll(() => engine.dispose());

  it('is a typed error that names the kernel and the program', async () => {
    // The second derivative by a depthwise filter goes through a kernel that has no gradient.
    const program: Program = ({ x }) => {
      const picture = tf.reshape<tf.Rank.R4>(x!, [1, 1, 3, 1]);
      const loss = (w: tf.Tensor) => tf.sum(tf.square(tf.depthwiseConv2d(picture, w as tf.Tensor4D, 1, 'valid')));
      const slope = tf.grad((w: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(w))));
      return { outputs: { slope: slope(tf.mul(tf.slice(picture, 0, [1, 1, 1, 1]), 2)) } };
    };
    const run = async () => {
      const compiled = await engine.compile(program, { inputs: { x: { shape: [3] } }, name: 'curved' });
      await compiled.run({ x: Float32Array.of(-1, 0.5, 2) });
    };
    await expect(run()).rejects.toMatchObject({
      code: 'UNSUPPORTED_OP',
      message: expect.stringMatching(
        /"curved".* needs the gradient of the tf.js kernel DepthwiseConv2dNativeBackpropFilter, which has none here/,
      ),
    });
  });
});
