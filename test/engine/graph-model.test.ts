import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadGraphModel, openEngine } from '../../src/engine/index.js';
import type { Engine, TensorValues } from '../../src/engine/types.js';
import { difference } from './onnx/agreement.js';

const models = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/human')), '..', 'models');

describe('loadGraphModel', () => {
  let reference: Engine;
  let onnx: Engine;
  beforeAll(async () => {
    reference = await openEngine('reference');
    onnx = await openEngine('onnx', { threads: 2 });
  });
  afterAll(() => Promise.all([reference.dispose(), onnx.dispose()]));

  // The small ones run on the reference engine in reasonable time.
  it.each(['blazeface', 'antispoof', 'liveness'])('runs %s as tf.js does', async (name) => {
    const before = tf.memory().numTensors;
    const model = await loadGraphModel(join(models, `${name}.json`));
    const values = Object.fromEntries(
      Object.entries(model.inputs).map(([input, { shape }]) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [input, Float32Array.from({ length: size }, (_, i) => (Math.sin(i * 0.37) + 1) / 2)];
      }),
    );
    const run = async (engine: Engine): Promise<Record<string, TensorValues>> => {
      const compiled = await engine.compile(model.program, { inputs: model.inputs, name });
      return compiled.run(values);
    };
    const got = await run(onnx);
    const wanted = await run(reference);
    expect(Object.keys(got)).toEqual([...model.outputs]);
    for (const output of model.outputs) expect(difference(got[output], wanted[output])).toBeLessThan(1e-4);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['facemesh', 'iris', 'emotion', 'faceres'])('compiles %s', async (name) => {
    const model = await loadGraphModel(join(models, `${name}.json`));
    const compiled = await onnx.compile(model.program, { inputs: model.inputs, name });
    await compiled.dispose();
    model.dispose();
  });

  it('reports damaged and missing files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'irisflow-'));
    const path = join(folder, 'model.json');
    const refused = { code: 'MODEL', message: expect.stringContaining(path) };
    await expect(loadGraphModel(path)).rejects.toMatchObject(refused);
    const broken = [
      '{',
      '{}',
      'null',
      JSON.stringify({ weightsManifest: [{ paths: ['absent.bin'], weights: [] }] }),
      JSON.stringify({
        modelTopology: {},
        weightsManifest: [{ paths: [], weights: [{ name: 'w', shape: [4], dtype: 'float32' }] }],
      }),
    ];
    for (const text of broken) {
      await writeFile(path, text);
      await expect(loadGraphModel(path)).rejects.toMatchObject(refused);
    }
    await rm(folder, { recursive: true });
  });
});
