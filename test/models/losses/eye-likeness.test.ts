import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { fromBytes } from '../../../src/engine/pixels.js';
import { need } from '../../../src/engine/tensor-record.js';
import type { CompiledProgram, Engine } from '../../../src/engine/types.js';
import { eyeLoss } from '../../../src/models/losses/eye-likeness.js';
import { eyeAt, renderEye } from '../../../src/streams/index.js';
import { type IrisNetwork, openIrisNetwork } from '../../../src/vision/iris-network.js';

const SIDE = 64;

describe('eyeLoss', () => {
  let engine: Engine;
  let iris: IrisNetwork;
  let program: CompiledProgram;
  beforeAll(async () => {
    engine = await openEngine('onnx', { threads: 1 });
    iris = await openIrisNetwork('This test');
    const picture = { shape: [1, SIDE, SIDE, 3] };
    program = await engine.compile(
      (inputs) => {
        const x = need<tf.Tensor4D>(inputs, 'x');
        const { value, grad } = tf.valueAndGrad((refined: tf.Tensor) => eyeLoss(refined as tf.Tensor4D, x, iris))(
          need(inputs, 'refined'),
        );
        return { outputs: { loss: value, slope: grad } };
      },
      { inputs: { refined: picture, x: picture } },
    );
  });
  afterAll(async () => {
    await program.dispose();
    iris.dispose();
    await engine.dispose();
  });

  const loss = async (refined: Float32Array, x: Float32Array) => (await program.run({ refined, x })).loss![0] as number;
  const eye = eyeAt(5, 3);
  const looking = (yaw: number) => fromBytes(renderEye({ ...eye, gaze: [eye.gaze[0], yaw] }, SIDE, SIDE).data);

  it('is 0 for the same picture', async () => {
    expect(await loss(looking(0), looking(0))).toBeLessThan(1e-5);
  });

  it('grows with how far the iris is turned, and less with tone', async () => {
    const x = looking(0);
    const [little, more] = [await loss(looking(0.15), x), await loss(looking(0.5), x)];
    expect(more).toBeGreaterThan(1.5 * little);
    const warmer = x.map((value, i) => Math.max(-1, Math.min(1, 0.9 * value + [0.06, 0, -0.06][i % 3]!)));
    expect(await loss(warmer, x)).toBeLessThan(little);
  });

  it('has the gradient that differences of it confirm', async () => {
    const [x, turned] = [looking(0), looking(0.4)];
    // From one eye toward the other, along which it is smooth enough for a difference.
    const way = x.map((value, i) => value - turned[i]!);
    const at = (share: number) => turned.map((value, i) => value + share * way[i]!);
    for (const share of [0, 0.3, 0.6]) {
      const slope = (await program.run({ refined: at(share), x })).slope!;
      const along = way.reduce((sum, value, i) => sum + value * slope[i]!, 0);
      const step = 0.001;
      const measured = ((await loss(at(share + step), x)) - (await loss(at(share - step), x))) / (2 * step);
      expect(along).toBeLessThan(0);
      expect(Math.abs(along - measured)).toBeLessThan(0.05 * Math.abs(measured));
    }
  });
});
