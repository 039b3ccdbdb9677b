import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Program, TensorRecord } from '../../../src/engine/types.js';
import { autoencoderDiscriminator } from '../../../src/models/networks/dcgan-autoencoder.js';
import { liveDiscriminator } from '../../../src/models/networks/live.js';
import type { Network, Pass } from '../../../src/models/networks/network.js';
import { spectrallyNormalised } from '../../../src/models/networks/spectral-norm.js';
import { randomAt } from '../../../src/random.js';
import { tensorOf } from '../run.js';
import { changed, reference } from '../tiny.js';

/** A network that shows the kernels it is given, and has a statistic of its own. */
function showing(kernels: TensorRecord): Network {
  return {
    init: () => ({ weights: { ...kernels, bias: tensorOf([1], [7]) }, statistics: { own: tensorOf([], [0]) } }),
    forward: (_x, values) => ({
      output: tf.concat(Object.keys(kernels).map((name) => tf.reshape(values[name]!, [-1]))),
      statistics: { own: tf.add(values.own!, 1) },
    }),
  };
}

/** Runs passes one after another, each from the statistics that the one before left. */
async function passes(network: Network, values: TensorRecord, count: number, mode: Pass['mode'] = 'training') {
  const state = reference.createState(values);
  const program: Program = ({ x }, held) => {
    const { output, statistics } = network.forward(x as tf.Tensor4D, held, { mode });
    return { outputs: { output }, state: statistics };
  };
  const compiled = await reference.compile(program, { inputs: { x: { shape: [1, 1, 1, 1] } }, state });
  let output: number[] = [];
  for (let i = 0; i < count; i++) output = [...(await compiled.run({ x: new Float32Array(1) })).output!];
  await compiled.dispose();
  return { output, after: state.read() };
}

/** The largest singular value of a kernel `[…, out]`, by many iterations in double precision. */
function largestSingularValue(kernel: ArrayLike<number>, out: number): number {
  const rows = kernel.length / out;
  let u = Array.from({ length: out }, (_, j) => Math.cos(j + 1));
  let length = 0;
  for (let k = 0; k < 500; k++) {
    const v = Array.from({ length: rows }, (_, i) => u.reduce((sum, x, j) => sum + x * kernel[i * out + j]!, 0));
    const next = u.map((_, j) => v.reduce((sum, x, i) => sum + x * kernel[i * out + j]!, 0));
    const norm = Math.hypot(...next);
    length = Math.sqrt(norm / Math.hypot(...u));
    u = next.map((x) => x / norm);
  }
  return length;
}

const initial = (network: Network) => {
  const { weights, statistics } = network.init(randomAt(3, 'spectral'));
  return { ...weights, ...statistics };
};

const random = randomAt(1, 'kernels');
const KERNELS = {
  'conv/kernel': tensorOf(
    [3, 3, 2, 5],
    Array.from({ length: 90 }, () => random.normal(0, 3)),
  ),
  'dense/kernel': tensorOf(
    [4, 3],
    Array.from({ length: 12 }, () => random.normal(0, 0.05)),
  ),
};
const CONV = 90;

describe('spectrallyNormalised', () => {
  it('brings the largest singular value of every kernel to 1, be it large or small', async () => {
    const network = spectrallyNormalised(showing(KERNELS));
    const { output } = await passes(network, initial(network), 60);
    expect(largestSingularValue(output.slice(0, CONV), 5)).toBeCloseTo(1, 2);
    expect(largestSingularValue(output.slice(CONV), 3)).toBeCloseTo(1, 2);
    // Nothing but a factor.
    const factor = output[0]! / KERNELS['conv/kernel'].data[0]!;
    for (const [i, value] of KERNELS['conv/kernel'].data.entries()) expect(output[i]).toBeCloseTo(value * factor, 5);
  });

  it('makes one iteration a training pass, none in inference, and changes vectors of length 1 only', async () => {
    const network = spectrallyNormalised(showing(KERNELS));
    const values = initial(network);
    const vectors = ['conv/kernel/u', 'dense/kernel/u'];
    const once = await passes(network, values, 1);
    expect(changed(values, once.after)).toEqual(expect.arrayContaining([...vectors, 'own']));
    expect(changed(values, once.after)).not.toContain('conv/kernel');
    for (const name of vectors) expect(Math.hypot(...once.after[name]!.data)).toBeCloseTo(1, 5);
    const twice = await passes(network, once.after, 1);
    expect(twice.after).toEqual((await passes(network, values, 2)).after);
    expect(twice.output).not.toEqual(once.output);
    const still = await passes(network, once.after, 3, 'inference');
    expect(changed(once.after, still.after)).toEqual(['own']);
  });

  it('leaves the initial weights as they are without it, and draws the same vectors again', () => {
    const plain = liveDiscriminator({ filters: 4 });
    const [a, b] = [plain.init(randomAt(1)), spectrallyNormalised(plain).init(randomAt(1))];
    expect(b.weights).toEqual(a.weights);
    expect(Object.keys(b.statistics)).toEqual(['conv1', 'conv2', 'conv3', 'last'].map((layer) => `${layer}/kernel/u`));
    expect(b).toEqual(spectrallyNormalised(plain).init(randomAt(1)));
  });

  it('keeps what a network says of its dropout', () => {
    const network = spectrallyNormalised(autoencoderDiscriminator({ width: 32, height: 32 }));
    expect(network).toMatchObject({ dropoutUnits: 64, dropoutRate: 0.5 });
  });

  it('does no harm to a kernel of zeros, and goes on when it is no longer one', async () => {
    const zeros = { 'conv/kernel': tensorOf([2, 2], [0, 0, 0, 0]) };
    const network = spectrallyNormalised(showing(zeros));
    const { output, after } = await passes(network, initial(network), 3);
    expect(output).toEqual([0, 0, 0, 0]);
    expect(Math.hypot(...after['conv/kernel/u']!.data)).toBeCloseTo(1, 5);
    const grown = await passes(network, { ...after, 'conv/kernel': tensorOf([2, 2], [3, 0, 0, 1]) }, 40);
    expect(grown.output[0]).toBeCloseTo(1, 3);
  });

  it('has the gradient of the paper: u and v are constants', async () => {
    const kernel = [2, 0.5, -1, 0.3];
    const network = spectrallyNormalised(showing({ 'conv/kernel': tensorOf([2, 2], kernel) }));
    const settled = (await passes(network, initial(network), 60)).after;
    const weights = [0.3, -0.7, 0.2, 1.1];
    const compiled = await reference.compile(
      ({ x, w }, held) => {
        const loss = (matrix: tf.Tensor) => {
          const { output } = network.forward(
            x as tf.Tensor4D,
            { ...held, 'conv/kernel': matrix },
            { mode: 'training' },
          );
          return tf.sum(tf.mul(output, w!)) as tf.Scalar;
        };
        return { outputs: { slope: tf.grad(loss)(held['conv/kernel']!) } };
      },
      { inputs: { x: { shape: [1, 1, 1, 1] }, w: { shape: [4] } }, state: reference.createState(settled) },
    );
    const { slope } = await compiled.run({ x: new Float32Array(1), w: Float32Array.from(weights) });
    // Once u and v have settled, that is the derivative of the whole: central differences of ⟨w, W / σ(W)⟩.
    const value = (m: readonly number[]) => {
      const sigma = largestSingularValue(m, 2);
      return m.reduce((sum, x, i) => sum + (x / sigma) * weights[i]!, 0);
    };
    for (const i of kernel.keys()) {
      const at = (by: number) => value(kernel.map((x, k) => (k === i ? x + by : x)));
      expect(slope![i]).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 3);
    }
    await compiled.dispose();
  });
});
