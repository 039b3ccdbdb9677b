import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { fromBytes } from '../../src/engine/pixels.js';
import { need } from '../../src/engine/tensor-record.js';
import type { Engine } from '../../src/engine/types.js';
import { eyeAt, renderEye } from '../../src/streams/index.js';
import { type IrisNetwork, openIrisNetwork } from '../../src/vision/iris-network.js';

describe('the iris network', () => {
  let engine: Engine;
  let iris: IrisNetwork;
  beforeAll(async () => {
    engine = await openEngine('onnx', { threads: 1 });
    iris = await openIrisNetwork('This test');
  });
  afterAll(async () => {
    iris.dispose();
    await engine.dispose();
  });

  async function seen(side: number, count: number) {
    const eyes = Array.from({ length: count }, (_, i) => renderEye(eyeAt(5, i), side, side));
    const x = fromBytes(Buffer.concat(eyes.map(({ data }) => data)));
    const program = await engine.compile((inputs) => ({ outputs: iris.see(need<tf.Tensor4D>(inputs, 'x')) }), {
      inputs: { x: { shape: [count, side, side, 3] } },
    });
    const { iris: points, features } = await program.run({ x });
    await program.dispose();
    const pupils = eyes.map(({ labels }) => labels.pupils[0]);
    return { points: points as Float32Array, features: features as Float32Array, pupils };
  }

  it.each([64, 48])('finds the irises of renders of %i pixels where they are', async (side) => {
    const count = 24;
    const { points, features, pupils } = await seen(side, count);
    expect(features.length).toBe(count * 8 * 8 * 128);
    expect(points.length).toBe(count * 5 * 2);
    const off = pupils.flatMap((pupil, i) => {
      if (pupil === undefined) return [];
      const [x, y] = points.subarray(i * 10, i * 10 + 2);
      return Math.hypot((x! * side) / 64 - pupil[0], (y! * side) / 64 - pupil[1]);
    });
    off.sort((a, b) => a - b);
    expect(off.length).toBeGreaterThan(15);
    expect(off[off.length >> 1]).toBeLessThan(side / 20);
  });

  it('leaks no tensors', async () => {
    const before = tf.memory().numTensors;
    (await openIrisNetwork('This test')).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
