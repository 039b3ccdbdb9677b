import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { openEngine, probeEngines } from '../../src/engine/index.js';
import { openTensorflow } from '../../src/engine/tensorflow.js';
import type { EngineName } from '../../src/engine/types.js';

const program = { inputs: { x: { shape: [2] } } };
const square = ({ x }: Record<string, tf.Tensor>) => ({ outputs: { y: tf.square(x) } });

describe('openEngine', () => {
  it.each(['onnx', 'reference', 'auto'] as const)('opens %s', async (name) => {
    const engine = await openEngine(name, { threads: 1 });
    const state = engine.createState({ a: { shape: [], data: Float32Array.of(2) } });
    const compiled = await engine.compile((inputs, { a }) => ({ outputs: { y: tf.mul(inputs.x, a) } }), {
      ...program,
      state,
    });
    expect([...(await compiled.run({ x: Float32Array.of(1, 2) })).y]).toEqual([2, 4]);
    expect(engine.description).toContain(name === 'auto' ? 'chosen automatically' : name);
    await engine.dispose();
  });

  it('chooses ONNX Runtime where TensorFlow is not installed, with the reason', async () => {
    const engine = await openEngine();
    expect(engine.name).toBe('onnx');
    expect(engine.description).toMatch(/tfjs-node-gpu: not installed/);
    await engine.dispose();
  });

  it('refuses unknown names and options', async () => {
    await expect(openEngine('torch' as EngineName)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(openEngine('onnx', { threads: -1 })).rejects.toThrow(/threads is -1/);
  });
});

describe('openTensorflow', () => {
  const hidden = Object.getOwnPropertyDescriptor(util, 'isNullOrUndefined');
  afterEach(() => {
    if (tf.engine().backendNames().includes('tensorflow')) tf.removeBackend('tensorflow');
    if (hidden) Object.defineProperty(util, 'isNullOrUndefined', hidden);
  });

  /** Registers a backend as the native packages do on import, with tf.js's CPU backend instead of the library. */
  const register = (device: object = {}) => {
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    tf.registerBackend('tensorflow', () => Object.assign(Object.create(tf.findBackend('cpu')), device), 3);
    return tf.setBackend('tensorflow');
  };

  it('prefers the GPU package, runs programs, and restores the tf.js backend', async () => {
    await tf.setBackend('cpu');
    Reflect.deleteProperty(util, 'isNullOrUndefined');
    const loaded: string[] = [];
    const engine = await openTensorflow({
      load: (name) => {
        loaded.push(name);
        expect(Reflect.get(util, 'isNullOrUndefined')(null)).toBe(true);
        return register({ isUsingGpuDevice: true });
      },
    });
    expect(loaded).toEqual(['@tensorflow/tfjs-node-gpu']);
    expect(engine.description).toContain('tfjs-node-gpu on GPU');
    expect(tf.getBackend()).toBe('cpu');
    expect([...(await (await engine.compile(square, program)).run({ x: Float32Array.of(2, 3) })).y]).toEqual([4, 9]);
  });

  it('falls back to the CPU package with the reason', async () => {
    const load = async (name: string) => {
      if (name.endsWith('gpu')) throw new Error('libcudart.so.11.0: cannot open shared object file');
      await register();
    };
    const engine = await openTensorflow({ load });
    expect(engine.description).toMatch(/tfjs-node on CPU.*libcudart/);
    await expect(openTensorflow({ load: () => Promise.resolve(), gpuOnly: true })).rejects.toThrow(/found no GPU/);
  });

  it('reports missing packages', async () => {
    await expect(openEngine('tensorflow')).rejects.toMatchObject({
      code: 'ENGINE',
      message: expect.stringMatching(/tfjs-node-gpu: not installed.*tfjs-node: not installed.*CUDA 11\.2/),
    });
    await expect(openTensorflow({ load: () => Promise.resolve() })).rejects.toThrow(/another copy/);
  });

  it('refuses a library that computes wrongly', async () => {
    const load = async () => {
      await register();
      const broken = { kernelName: 'Conv2D', backendName: 'tensorflow' };
      tf.unregisterKernel(broken.kernelName, broken.backendName);
      const zeros = () => {
        const cpu = tf.findBackend('cpu') as tf.KernelBackend;
        return {
          dataId: cpu.write(new Float32Array(1), [1, 1, 1, 1], 'float32'),
          shape: [1, 1, 1, 1],
          dtype: 'float32' as const,
        };
      };
      tf.registerKernel({ ...broken, kernelFunc: zeros });
    };
    await expect(openTensorflow({ load })).rejects.toThrow(/gave 0, not 36/);
  });
});

it('probes every engine', async () => {
  const probes = await probeEngines();
  expect(probes.map(({ name }) => name)).toEqual(['onnx', 'tensorflow', 'reference']);
  const [onnx, tensorflow, reference] = probes;
  expect([onnx.available, tensorflow.available, reference.available]).toEqual([true, false, true]);
  expect(onnx.providers).toContainEqual({ name: 'cpu', available: true, reason: expect.any(String) });
  for (const { reason } of [...probes, ...onnx.providers]) expect(reason).not.toBe('');
});
