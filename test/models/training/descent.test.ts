import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { need } from '../../../src/engine/tensor-record.js';
import type { Program } from '../../../src/engine/types.js';
import { descend, networkState } from '../../../src/models/training/descent.js';

const steps = { optimiser: 'sgd', learningRate: 0.1, discriminatorLrScale: 1 } as const;
const learning = { ...steps, clipNorm: 0, refuseNonFinite: true, emaDecay: 0 };
const two = (first: number) => ({ shape: [2], data: Float32Array.of(first, 1) });
const state = networkState('one', 'generator', { weights: { used: two(2), idle: two(3) }, statistics: {} }, learning);

/** Minimises the sum of the squares of these weights. */
const program =
  (...names: string[]): Program =>
  (_, given) => {
    const { loss, state } = descend('generator', { one: 'generator' }, given, learning, (weights) =>
      tf.addN(names.map((name) => tf.sum<tf.Scalar>(tf.square(need(weights, `one/weights/${name}`))))),
    );
    return { outputs: { loss }, state };
  };

describe.each(['reference', 'onnx'] as const)('descend on %s', (name) => {
  it('changes the weights of its networks', async () => {
    const engine = await openEngine(name);
    const live = engine.createState(state);
    const compiled = await engine.compile(program('used', 'idle'), { inputs: {}, state: live });
    const outputs = await compiled.run({});
    expect(outputs.loss?.[0]).toBeCloseTo(4 + 1 + 9 + 1, 5);
    const after = live.read();
    expect(Array.from(after['one/weights/used']!.data)).toEqual([expect.closeTo(1.6, 5), expect.closeTo(0.8, 5)]);
    expect(Array.from(after['one/weights/idle']!.data)).toEqual([expect.closeTo(2.4, 5), expect.closeTo(0.8, 5)]);
    await engine.dispose();
  });

  it('names weights that its loss does not depend on', async () => {
    const engine = await openEngine(name);
    const running = async () => {
      const compiled = await engine.compile(program('used'), { inputs: {}, state: engine.createState(state) });
      await compiled.run({});
    };
    await expect(running()).rejects.toThrow(
      /loss of the update generator does not depend on one\/weights\/idle: use these weights, or remove them/,
    );
    await engine.dispose();
  });
});
