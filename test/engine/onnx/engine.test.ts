import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine, Program, TensorRecord } from '../../../src/engine/types.js';
import { difference } from './agreement.js';

const scalar = (x: number) => ({ shape: [], data: Float32Array.of(x) });
const wave = (n: number, k = 1) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * k + 1));

/** A step of gradient descent with momentum for a convolution, whose weights and moments are best held in the filter's layout. */
const descent: Program = ({ x }, { w, m }) => {
  const momentum = tf.mul(m, 0.9);
  const { value, grads } = tf.valueAndGrads((v: tf.Tensor) => {
    const y = tf.conv2d(x as tf.Tensor4D, v as tf.Tensor4D, 1, 'same');
    return tf.mean(tf.square(y)) as tf.Scalar;
  })([w]);
  const next = tf.add(momentum, grads[0]);
  return { outputs: { loss: value }, state: { w: tf.sub(w, tf.mul(next, 0.1)), m: next } };
};
const filters: TensorRecord = {
  w: { shape: [3, 3, 8, 8], data: wave(576) },
  m: { shape: [3, 3, 8, 8], data: new Float32Array(576) },
};
const inputs = { x: { shape: [2, 5, 5, 8] } };
const x = wave(400, 3);

describe('the onnx engine', () => {
  let engine: Engine;
  let reference: Engine;
  beforeAll(async () => {
    engine = await openEngine('onnx', { threads: 1 });
    reference = await openEngine('reference');
  });
  afterAll(() => Promise.all([engine.dispose(), reference.dispose()]));

  it('replaces state step by step as the reference does', async () => {
    const own = engine.createState(filters);
    const theirs = reference.createState(filters);
    const step = await engine.compile(descent, { inputs, state: own });
    const slow = await reference.compile(descent, { inputs, state: theirs });
    for (let i = 0; i < 4; i++) {
      const { loss } = await step.run({ x });
      expect(difference(loss, (await slow.run({ x })).loss)).toBeLessThan(1e-4);
    }
    for (const name of ['w', 'm']) {
      expect(difference(own.read([name])[name].data, theirs.read([name])[name].data)).toBeLessThan(1e-4);
    }
  });

  it('shares state between programs that use different layouts', async () => {
    const state = engine.createState(filters);
    // This program uses the filter in logical order, which fixes its layout.
    const plain: Program = (_, { w }) => ({
      outputs: { last: tf.slice(w, [2, 2, 7, 0], [1, 1, 1, 8]), sum: tf.sum(w, [0, 1, 2]) },
      state: { w: tf.mul(w, tf.reshape(tf.range(1, 9), [1, 1, 1, 8])) },
    });
    const scale = await engine.compile(plain, { inputs: {}, state });
    const step = await engine.compile(descent, { inputs, state });
    const again = await engine.compile(plain, { inputs: {}, state });
    const theirs = reference.createState(filters);
    const [slowScale, slowStep] = [
      await reference.compile(plain, { inputs: {}, state: theirs }),
      await reference.compile(descent, { inputs, state: theirs }),
    ];
    for (const [fast, slow] of [
      [step, slowStep],
      [scale, slowScale],
      [step, slowStep],
      [again, slowScale],
    ]) {
      const given = fast === step ? { x } : {};
      const wanted = await slow.run(given as never);
      const got = await fast.run(given as never);
      for (const name of Object.keys(wanted)) expect(difference(got[name], wanted[name])).toBeLessThan(1e-4);
    }
    expect(difference(state.read().w.data, theirs.read().w.data)).toBeLessThan(1e-4);
  });

  it('accepts writes between runs in any layout of the state', async () => {
    const state = engine.createState(filters);
    const step = await engine.compile(descent, { inputs, state });
    const { loss: first } = await step.run({ x });
    const before = first[0];
    await step.run({ x });
    state.write(filters);
    expect([...state.read(['w']).w.data]).toEqual([...filters.w.data]);
    expect((await step.run({ x })).loss[0]).toBe(before);
    expect(() => state.write({ w: filters.w, z: scalar(1) })).toThrow(/no tensor "z"/);
    expect(() => state.read(['z'])).toThrow(/no tensor "z"/);
    expect(() => state.write({ w: scalar(1) })).toThrow(/shape/);
  });

  it('freezes weights and ignores later writes', async () => {
    const state = engine.createState(filters);
    const apply: Program = ({ x: y }, { w }) => ({
      outputs: { y: tf.leakyRelu(tf.conv2d(y as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), 0.2) },
    });
    const open = await engine.compile(apply, { inputs, state });
    const frozen = await engine.compile(apply, { inputs, state, freeze: true });
    const wanted = (await open.run({ x })).y.slice();
    expect(difference((await frozen.run({ x })).y, wanted)).toBeLessThan(1e-5);
    state.write({ w: { shape: [3, 3, 8, 8], data: wave(576, 2) } });
    expect(difference((await frozen.run({ x })).y, wanted)).toBeLessThan(1e-5);
    expect(difference((await open.run({ x })).y, wanted)).toBeGreaterThan(0.1);
    await expect(engine.compile(descent, { inputs, state, freeze: true })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('changes nothing when a run fails', async () => {
    const state = engine.createState({ table: { shape: [4], data: wave(4) }, count: scalar(1) });
    const gather: Program = ({ i }, { table, count }) => ({
      outputs: { picked: tf.gather(table, i) },
      state: { count: tf.add(count, 1), table: tf.mul(table, 2) },
    });
    const compiled = await engine.compile(gather, {
      inputs: { i: { shape: [1], dtype: 'int32' } },
      state,
      name: 'gather',
    });
    await compiled.run({ i: Int32Array.of(3) });
    const before = state.read();
    await expect(compiled.run({ i: Int32Array.of(99) })).rejects.toMatchObject({
      code: 'ENGINE',
      message: expect.stringContaining('"gather"'),
    });
    expect(state.read()).toEqual(before);
    await compiled.run({ i: Int32Array.of(0) });
    expect(state.read().count.data[0]).toBe(3);
  });

  it('queues concurrent runs', async () => {
    const state = engine.createState({ n: scalar(0) });
    const count: Program = (_, { n }) => ({ outputs: { n: tf.add(n, 1) }, state: { n: tf.add(n, 1) } });
    const [a, b] = [
      await engine.compile(count, { inputs: {}, state }),
      await engine.compile(count, { inputs: {}, state }),
    ];
    await Promise.all([a, b, a, a, b].map((program) => program.run({})));
    expect(state.read().n.data[0]).toBe(5);
  });

  it('compiles programs concurrently', async () => {
    const programs = await Promise.all(
      [1, 2, 3].map((k) =>
        engine.compile(({ y }) => ({ outputs: { y: tf.mul(y, k) } }), { inputs: { y: { shape: [1] } } }),
      ),
    );
    const eager = await reference.compile(({ y }) => ({ outputs: { y: tf.mul(y, 4) } }), {
      inputs: { y: { shape: [1] } },
    });
    const y = Float32Array.of(2);
    const results = await Promise.all([...programs, eager].map((program) => program.run({ y })));
    expect(results.map((result) => result.y[0])).toEqual([2, 4, 6, 8]);
  });

  it('keeps state that a program does not replace, and outputs that are state', async () => {
    const state = engine.createState({ a: scalar(1), b: scalar(2) });
    const swap = await engine.compile((_, s) => ({ outputs: { a: s.a, b: s.b }, state: { a: s.b, b: s.a } }), {
      inputs: {},
      state,
    });
    const echo = await engine.compile(({ v }, s) => ({ outputs: { v, old: s.a }, state: { a: v, b: s.b } }), {
      inputs: { v: { shape: [] } },
      state,
    });
    const swapped = await swap.run({});
    expect([swapped.a[0], swapped.b[0], state.read().a.data[0], state.read().b.data[0]]).toEqual([1, 2, 2, 1]);
    await swap.run({});
    const given = Float32Array.of(7);
    expect((await echo.run({ v: given })).old[0]).toBe(1);
    given[0] = 8;
    expect([state.read().a.data[0], state.read().b.data[0]]).toEqual([7, 2]);
  });

  it('reports unsupported operations with their place', async () => {
    const compile = (program: Program) => engine.compile(program, { inputs: { y: { shape: [2, 2] } }, name: 'odd' });
    await expect(compile(({ y }) => ({ outputs: { y: tf.spectral.fft(tf.complex(y, y)) } }))).rejects.toMatchObject({
      code: 'UNSUPPORTED_OP',
      message: expect.stringMatching(/"odd".*engine\.test\.ts.*Complex/),
    });
    await expect(
      compile(({ y }) => ({
        outputs: {
          y: tf.conv3d(
            tf.reshape(y, [1, 1, 2, 2, 1]) as tf.Tensor5D,
            tf.ones([1, 1, 1, 1, 1]) as tf.Tensor5D,
            1,
            'same',
          ),
        },
      })),
    ).rejects.toMatchObject({
      code: 'UNSUPPORTED_OP',
      message: expect.stringMatching(/Conv3D in conv3d.*tensorflow engine/),
    });
    await expect(compile(({ y }) => ({ outputs: { y: tf.scalar(y.dataSync()[0]) } }))).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('must not read values'),
    });
    for (const draw of [
      (y: tf.Tensor) => tf.dropout(y, 0.5),
      (y: tf.Tensor) => tf.add(y, tf.randomNormal([2, 2])),
      (y: tf.Tensor) => tf.add(y, tf.randomUniform([2, 2], 0, 1, 'float32', 7)),
      (y: tf.Tensor) => tf.add(y, tf.truncatedNormal([2, 2])),
    ]) {
      await expect(compile(({ y }) => ({ outputs: { y: draw(y) } }))).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/random.*noise an input/),
      });
    }
    await expect(compile(() => ({ outputs: { y: 3 as unknown as tf.Tensor } }))).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(
      compile(() => {
        throw new Error('boom');
      }),
    ).rejects.toMatchObject({ code: 'ENGINE', message: expect.stringContaining('boom') });
  });

  it('refuses states and new state of wrong shapes', async () => {
    const state = engine.createState({ a: scalar(1) });
    const options = { inputs: {}, state };
    await expect(engine.compile(() => ({ outputs: {}, state: { b: tf.scalar(1) } }), options)).rejects.toThrow(/"b"/);
    await expect(engine.compile(() => ({ outputs: {}, state: { a: tf.zeros([2]) } }), options)).rejects.toThrow(
      /shape/,
    );
    await expect(
      engine.compile(() => ({ outputs: {}, state: { a: tf.scalar(1, 'int32') } }), options),
    ).rejects.toMatchObject({ code: 'MODEL' });
    const foreign = reference.createState({});
    await expect(engine.compile(() => ({ outputs: {} }), { inputs: {}, state: foreign })).rejects.toThrow(
      /another engine/,
    );
    const compiled = await engine.compile((_, { a }) => ({ outputs: { a } }), options);
    await expect(compiled.run({ z: Float32Array.of(1) })).rejects.toMatchObject({ code: 'USAGE' });
    await compiled.dispose();
    await compiled.dispose();
    await expect(compiled.run({})).rejects.toThrow(/disposed/);
  });

  it('reuses its output arrays and restores the tf.js backend', async () => {
    await tf.setBackend('cpu');
    const program: Program = ({ y }) => ({ outputs: { y: tf.add(y, 1) } });
    const compiled = await engine.compile(program, { inputs: { y: { shape: [1] } } });
    const first = (await compiled.run({ y: Float32Array.of(1) })).y;
    expect((await compiled.run({ y: Float32Array.of(2) })).y).toBe(first);
    expect(tf.getBackend()).toBe('cpu');
    const before = tf.memory().numTensors;
    const outside = tf.tensor1d([3]);
    for (let i = 0; i < 100; i++) {
      const other = await engine.compile(({ y }) => ({ outputs: { y: tf.add(y, outside) } }), {
        inputs: { y: { shape: [1] } },
      });
      if (i % 10 === 0) expect((await other.run({ y: Float32Array.of(2) })).y[0]).toBe(5);
      await other.dispose();
      await compiled.run({ y: Float32Array.of(2) });
      await expect(
        engine.compile(() => ({ outputs: { y: tf.conv3d(1 as never, 2 as never, 1, 'same') } }), { inputs: {} }),
      ).rejects.toThrow();
    }
    expect([...outside.dataSync()]).toEqual([3]);
    expect(tf.memory().numTensors).toBe(before + 1);
    outside.dispose();
  });

  it('describes which providers were refused', async () => {
    const cautious = await openEngine('onnx', { threads: 1, executionProviders: ['nonsense', 'cpu'] });
    expect(cautious.description).toMatch(/on cpu .*1 thread.*nonsense refused/);
    await cautious.dispose();
    await expect(openEngine('onnx', { executionProviders: ['nonsense'] })).rejects.toMatchObject({ code: 'ENGINE' });
    for (const options of [{ threads: 0 }, { threads: 1.5 }, { executionProviders: [] }]) {
      await expect(openEngine('onnx', options)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });
});
