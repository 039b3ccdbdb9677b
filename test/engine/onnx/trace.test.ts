import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/engine/gradients/index.js';
import { modelProto } from '../../../src/engine/onnx/schema.js';
import { traceProgram } from '../../../src/engine/onnx/trace.js';
import type { Program, TensorRecord, Tensors } from '../../../src/engine/types.js';

interface ModelMessage {
  readonly irVersion: unknown;
  readonly opsetImport: readonly { readonly domain: string; readonly version: unknown }[];
  readonly graph: {
    readonly node: readonly { readonly opType: string; readonly domain: string }[];
    readonly initializer: readonly { readonly rawData: Uint8Array }[];
  };
}

const channels = 128;
const state: TensorRecord = {
  a: { shape: [3, 3, 3, channels], data: Float32Array.from({ length: 27 * channels }, (_, i) => Math.sin(i)) },
  b: { shape: [1, 1, channels, 8], data: Float32Array.from({ length: 8 * channels }, (_, i) => Math.cos(i)) },
};

function traced(program: Program, frozen?: TensorRecord): ModelMessage {
  const entries = new Map(Object.entries(state).map(([name, { shape }]) => [name, { shape }]));
  const inputs = { x: { shape: [2, 8, 8, 3] } };
  const { model } = traceProgram(program, {
    label: 'test',
    inputs,
    state: entries,
    frozen,
    target: { block: 8, poolPositions: true },
  });
  return modelProto.decode(model) as unknown as ModelMessage;
}

const count = (model: ModelMessage, op: string, domain = '') =>
  model.graph.node.filter((node) => node.opType === op && node.domain === domain).length;
/** Convolutions and sums, whatever their layout. */
const heavy = (model: ModelMessage) =>
  model.graph.node.filter(({ opType }) => ['Conv', 'ReduceSum', 'Sqrt'].includes(opType)).length;
const blocked = 'com.microsoft.nchwc';

function forward(x: tf.Tensor, { a, b }: Tensors): tf.Tensor {
  const h = tf.conv2d(x as tf.Tensor4D, a as tf.Tensor4D, 1, 'same');
  const { mean, variance } = tf.moments(h, [0, 1, 2]);
  const normal = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-3)));
  return tf.conv2d(tf.leakyRelu(normal, 0.2) as tf.Tensor4D, b as tf.Tensor4D, 1, 'same');
}

describe('traceProgram', () => {
  beforeAll(registerGradients);

  it('removes duplicate operations, inside and outside of gradients', () => {
    const once = traced(({ x }, s) => ({ outputs: { y: forward(x, s) } }));
    const twice = traced(({ x }, s) => ({ outputs: { y: forward(x, s), z: tf.neg(forward(x, s)) } }));
    expect(heavy(twice)).toBe(heavy(once));
    const loss = (s: Tensors, a: tf.Tensor, x: tf.Tensor) => tf.sum(forward(x, { ...s, a })) as tf.Scalar;
    const gradient: Program = ({ x }, s) => ({ outputs: { g: tf.grad((a) => loss(s, a, x))(s.a) } });
    const both: Program = ({ x }, s) => ({ outputs: { g: tf.grad((a) => loss(s, a, x))(s.a), y: forward(x, s) } });
    expect(heavy(traced(both))).toBe(heavy(traced(gradient)) + 1);
  });

  it('removes dead code', () => {
    const model = traced(({ x }, s) => {
      forward(x, s);
      return { outputs: { y: tf.neg(x) } };
    });
    expect(model.graph.node.map(({ opType }) => opType)).toEqual(['Transpose', 'Neg', 'Transpose']);
    expect(model.graph.initializer).toHaveLength(0);
  });

  it('keeps repeated constants small', () => {
    const model = traced(({ x }) => ({ outputs: { y: tf.add(x, tf.mul(tf.ones([2, 8, 8, 3]), tf.scalar(3))) } }));
    const bytes = model.graph.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);
    expect(bytes).toBeLessThan(100);
  });

  it('slices a repeated value before it is repeated', () => {
    const model = traced(({ x }) => {
      const grey = tf.mean(x, 3, true);
      const [first, ...others] = tf.split(tf.broadcastTo(grey, [2, 8, 8, 3]), 3, 3);
      return { outputs: { y: tf.addN([first, ...others]) } };
    });
    for (const op of ['Expand', 'Slice', 'Split']) expect(count(model, op)).toBe(0);
  });

  it('fuses bias, residual and activation into the convolution', () => {
    const model = traced(({ x }, { a }) => {
      const bias = tf.range(0, channels);
      const h = tf.leakyRelu(tf.add(tf.conv2d(x as tf.Tensor4D, a as tf.Tensor4D, 1, 'same'), bias), 0.2);
      const square = tf.reshape(tf.sin(tf.range(0, channels ** 2)), [1, 1, channels, channels]) as tf.Tensor4D;
      return { outputs: { y: tf.relu(tf.add(h, tf.conv2d(h as tf.Tensor4D, square, 1, 'same'))) } };
    });
    expect(count(model, 'Conv', blocked)).toBe(2);
    for (const op of ['Add', 'Relu', 'LeakyRelu']) expect(count(model, op)).toBe(0);
  });

  it('leaves frozen networks to the runtime where its optimiser blocks more operations', () => {
    const dense: Program = ({ x }, s) => ({ outputs: { y: forward(x, s) } });
    const pooled: Program = ({ x }, s) => ({ outputs: { y: tf.maxPool(forward(x, s) as tf.Tensor4D, 2, 2, 'valid') } });
    expect(count(traced(dense, state), 'Conv', blocked)).toBeGreaterThanOrEqual(2);
    expect(count(traced(pooled, state), 'Conv')).toBe(2);
  });

  it('writes opset 17, IR version 8', () => {
    const { irVersion, opsetImport } = traced(({ x }, s) => ({ outputs: { y: forward(x, s) } }));
    expect(Number(irVersion)).toBe(8);
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 17],
      [blocked, 1],
    ]);
  });
});
