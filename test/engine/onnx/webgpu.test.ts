import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Program, TensorRecord } from '../../../src/engine/types.js';
import { difference } from './agreement.js';

// SwiftShader, a GPU in software, comes with Debian's Chromium. Read when the GPU is first asked for.
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
process.env.VK_ICD_FILENAMES ??= driver;
const wave = (n: number, k: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * k));

it.skipIf(!existsSync(driver))('trains on WebGPU as on the CPU', async () => {
  const layer = (x: tf.Tensor, w: tf.Tensor) =>
    tf.conv2d(
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ) as tf.Tensor4D,
      w as tf.Tensor4D,
      1,
      'valid',
    );
  const step: Program = ({ x }, { w, v }) => {
    const loss = (a: tf.Tensor, b: tf.Tensor) => {
      const pooled = tf.maxPool(layer(tf.leakyRelu(layer(x, a), 0.2), b) as tf.Tensor4D, 3, 2, 'same');
      const large = tf.image.resizeBilinear(pooled, [8, 8], false, true);
      return tf.mean(tf.square(large)) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(loss)([w, v]);
    return {
      outputs: { loss: value },
      state: { w: tf.sub(w, tf.mul(grads[0], 0.01)), v: tf.sub(v, tf.mul(grads[1], 0.01)) },
    };
  };
  const start: TensorRecord = {
    w: { shape: [3, 3, 3, 8], data: wave(216, 1) },
    v: { shape: [3, 3, 8, 8], data: wave(576, 2) },
  };
  const results = [];
  for (const provider of ['cpu', 'webgpu']) {
    const engine = await openEngine('onnx', { executionProviders: [provider] });
    expect(engine.description).toContain(`on ${provider}`);
    const state = engine.createState(start);
    const compiled = await engine.compile(step, { inputs: { x: { shape: [2, 8, 8, 3] } }, state });
    for (let i = 0; i < 3; i++) await compiled.run({ x: wave(384, 0.3) });
    results.push(state.read());
    await engine.dispose();
  }
  for (const name of ['w', 'v']) {
    expect(difference(results[1][name].data, results[0][name].data)).toBeLessThan(1e-4);
    expect(difference(results[0][name].data, start[name].data)).toBeGreaterThan(1e-3);
  }
});
