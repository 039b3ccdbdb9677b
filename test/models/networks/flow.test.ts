import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';
import { warped } from '../../../src/models/networks/flow.js';
import { randomAt } from '../../../src/random.js';
import { reference } from '../tiny.js';

const onnx = await openEngine('onnx', { threads: 1 });
const [HEIGHT, WIDTH] = [5, 7];
const random = randomAt(1, 'flow');
const values = (channels: number, spread: number) =>
  Float32Array.from({ length: 2 * HEIGHT * WIDTH * channels }, () => random.uniform(-spread, spread));
const X = values(3, 1);
const WEIGHTS = values(3, 1);
const FLOW = values(2, 6);

/** The moved pictures, and the slope of their sum with some weights along the flow. */
async function moved(engine: Engine, flow: Float32Array) {
  const shape = (channels: number) => ({ shape: [2, HEIGHT, WIDTH, channels] });
  const compiled = await engine.compile(
    ({ x, w, flow }) => {
      const sum = (f: tf.Tensor) =>
        tf.sum(tf.mul(warped(x as tf.Tensor4D, f as tf.Tensor4D), w as tf.Tensor)) as tf.Scalar;
      const out = warped(x as tf.Tensor4D, flow as tf.Tensor4D);
      return { outputs: { out, slope: tf.grad(sum)(flow as tf.Tensor) } };
    },
    { inputs: { x: shape(3), w: shape(3), flow: shape(2) } },
  );
  const { out, slope } = await compiled.run({ x: X, w: WEIGHTS, flow });
  const copies = { out: Float32Array.from(out ?? []), slope: Float32Array.from(slope ?? []) };
  await compiled.dispose();
  return copies;
}

/** The same in plain numbers. */
function expected(flow: Float32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < 2 * HEIGHT * WIDTH; i++) {
    const [x, y, picture] = [i % WIDTH, Math.floor(i / WIDTH) % HEIGHT, Math.floor(i / WIDTH / HEIGHT)];
    const row = Math.min(HEIGHT - 1, Math.max(0, y + flow[2 * i]!));
    const column = Math.min(WIDTH - 1, Math.max(0, x + flow[2 * i + 1]!));
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0;
      for (let v = 0; v < HEIGHT; v++) {
        for (let u = 0; u < WIDTH; u++) {
          const share = Math.max(0, 1 - Math.abs(v - row)) * Math.max(0, 1 - Math.abs(u - column));
          sum += share * X[((picture * HEIGHT + v) * WIDTH + u) * 3 + channel]!;
        }
      }
      out.push(sum);
    }
  }
  return out;
}

describe.each([
  ['tf.js', reference],
  ['onnx', onnx],
])('warped, by %s', (_, engine) => {
  it('reads each pixel bilinearly from where the flow sends it, and at the rim beyond it', async () => {
    const { out } = await moved(engine, FLOW);
    for (const [i, value] of expected(FLOW).entries()) expect(out[i]).toBeCloseTo(value, 5);
    const { out: same } = await moved(engine, new Float32Array(FLOW.length));
    for (const [i, value] of X.entries()) expect(same[i]).toBeCloseTo(value, 6);
  });

  it('has the slope of that, and none where the flow leads beside the picture', async () => {
    const { slope } = await moved(engine, FLOW);
    const sum = (flow: Float32Array) => expected(flow).reduce((total, value, i) => total + value * WEIGHTS[i]!, 0);
    const step = 1e-4;
    for (let i = 0; i < FLOW.length; i += 3) {
      const [up, down] = [FLOW.slice(), FLOW.slice()];
      up[i]! += step;
      down[i]! -= step;
      expect(slope[i]).toBeCloseTo((sum(up) - sum(down)) / (up[i]! - down[i]!), 2);
    }
    const beside = await moved(
      engine,
      FLOW.map((_, i) => (i % 2 ? 30 : -30)),
    );
    expect(beside.slope.every((value) => value === 0)).toBe(true);
  });

  it('survives a flow that is no number, which then shows', async () => {
    const { out } = await moved(engine, new Float32Array(FLOW.length).fill(Number.NaN));
    expect(out.every(Number.isNaN)).toBe(true);
    const { out: far } = await moved(engine, new Float32Array(FLOW.length).fill(Number.POSITIVE_INFINITY));
    expect(far.every((value) => Number.isFinite(value))).toBe(true);
  });
});
