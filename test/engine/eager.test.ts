import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import type { Engine, Program } from '../../src/engine/types.js';

const scalar = (x: number) => ({ shape: [], data: Float32Array.of(x) });
const sgd: Program = ({ x }, { w, b }) => {
  const { value, grads } = tf.valueAndGrads((v: tf.Tensor) => tf.sum(tf.square(tf.mul(v, x))) as tf.Scalar)([w]);
  return { outputs: { loss: value }, state: { w: tf.sub(w, tf.mul(grads[0], 0.1)), b } };
};

describe('the eager engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('reference');
  });
  afterAll(() => engine.dispose());

  it('replaces state after a run and shares it between programs', async () => {
    const state = engine.createState({ w: { shape: [2], data: Float32Array.of(1, 2) }, b: scalar(3) });
    const step = await engine.compile(sgd, { inputs: { x: { shape: [2] } }, state, name: 'step' });
    const look = await engine.compile((_, { w }) => ({ outputs: { w: tf.neg(w) } }), { inputs: {}, state });
    const { loss } = await step.run({ x: Float32Array.of(1, 1) });
    expect([...loss]).toEqual([5]);
    expect([...state.read(['w']).w.data]).toEqual([Math.fround(0.8), Math.fround(1.6)]);
    expect((await look.run({})).w[0]).toBeCloseTo(-0.8);
    state.write({ w: { shape: [2], data: Float32Array.of(7, 8) } });
    expect([...(await look.run({})).w]).toEqual([-7, -8]);
    expect([...state.read().b.data]).toEqual([3]);
  });

  it('freezes the values at the time of compilation', async () => {
    const state = engine.createState({ w: scalar(1) });
    const frozen = await engine.compile((_, s) => ({ outputs: { w: tf.add(s.w, 1) } }), {
      inputs: {},
      state,
      freeze: true,
    });
    state.write({ w: scalar(10) });
    expect((await frozen.run({})).w[0]).toBe(2);
    await frozen.dispose();
  });

  it('copies inputs and results', async () => {
    const data = Float32Array.of(1);
    const state = engine.createState({ w: { shape: [1], data } });
    const echo = await engine.compile(({ x }, { w }) => ({ outputs: { x, w }, state: { w: x } }), {
      inputs: { x: { shape: [1] } },
      state,
    });
    data[0] = 9;
    const given = Float32Array.of(2);
    const out = await echo.run({ x: given });
    expect(out.w[0]).toBe(1);
    given[0] = 5;
    out.x[0] = 6;
    state.read().w.data[0] = 7;
    expect(state.read().w.data[0]).toBe(2);
  });

  it('changes nothing when a run fails', async () => {
    const state = engine.createState({ a: scalar(1), b: scalar(2) });
    const options = { inputs: {}, state, name: 'bad' };
    const shape = await engine.compile(
      (_, { a }) => ({ outputs: {}, state: { a: tf.add(a, 1), b: tf.zeros([3]) } }),
      options,
    );
    await expect(shape.run({})).rejects.toMatchObject({ code: 'MODEL' });
    const throws = await engine.compile(() => {
      throw new Error('boom');
    }, options);
    await expect(throws.run({})).rejects.toMatchObject({ code: 'ENGINE', message: expect.stringContaining('"bad"') });
    expect(state.read().a.data[0]).toBe(1);
  });

  it('refuses wrong inputs and values', async () => {
    const state = engine.createState({ a: scalar(1) });
    const p = await engine.compile(({ x }) => ({ outputs: { x } }), {
      inputs: { x: { shape: [2], dtype: 'int32' } },
      state,
    });
    for (const x of [Float32Array.of(1, 2), Int32Array.of(1)]) {
      await expect(p.run({ x })).rejects.toMatchObject({ code: 'USAGE' });
    }
    await expect(p.run({})).rejects.toThrow(/Input "x"/);
    await expect(p.run({ x: Int32Array.of(1, 2), y: Int32Array.of(1) })).rejects.toThrow(/no input "y"/);
    expect(() => state.write({ z: scalar(1) })).toThrow(/no tensor "z"/);
    expect(() => state.write({ a: { shape: [1], data: Float32Array.of(1) } })).toThrow(/shape/);
    expect(() => state.read(['z'])).toThrow(/"z"/);
    expect(() => engine.createState({ a: { shape: [2], data: Float32Array.of(1) } })).toThrow(/1 values/);
    const other = await openEngine('reference');
    const foreign = other.createState({});
    await expect(engine.compile(() => ({ outputs: {} }), { inputs: {}, state: foreign })).rejects.toThrow(
      /another engine/,
    );
  });

  it('leaks no tensors', async () => {
    const state = engine.createState({ w: { shape: [2], data: Float32Array.of(1, 2) }, b: scalar(3) });
    const step = await engine.compile(sgd, { inputs: { x: { shape: [2] } }, state });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 100; i++) {
      await step.run({ x: Float32Array.of(1, 1) });
      await expect(step.run({})).rejects.toThrow();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
