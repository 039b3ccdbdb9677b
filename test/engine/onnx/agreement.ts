/** Runs a program on the reference engine and on others, and compares their outputs. */
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Engine, Program, TensorRecord, TensorSpec, Tensors, TensorValues } from '../../../src/engine/types.js';

export interface Engines {
  readonly reference: Engine;
  readonly others: readonly Engine[];
}

export interface Agreement {
  readonly inputs: Record<string, TensorSpec>;
  readonly values: Record<string, TensorValues>;
  readonly state?: TensorRecord;
  readonly steps?: number;
  /** Of the largest value in each tensor. */
  readonly tolerance?: number;
}

/** Largest difference of two arrays, relative to the largest magnitude in `wanted` (at least 1e-3). */
export function difference(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let scale = 1e-3;
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(got[i], wanted[i]) || (Number.isNaN(got[i]) && Number.isNaN(wanted[i]))) continue;
    if (Number.isFinite(wanted[i])) scale = Math.max(scale, Math.abs(wanted[i]));
    largest = Math.max(largest, got[i] === wanted[i] ? 0 : Math.abs(got[i] - wanted[i]));
    if (Number.isNaN(got[i]) !== Number.isNaN(wanted[i])) return Number.POSITIVE_INFINITY;
  }
  return largest / scale;
}

export async function expectAgreement(engines: Engines, program: Program, agreement: Agreement): Promise<void> {
  const { inputs, values, state, steps = 1, tolerance = 2e-5 } = agreement;
  const run = async (engine: Engine) => {
    const own = state && engine.createState(state);
    const compiled = await engine.compile(program, { inputs, state: own });
    let outputs: Record<string, TensorValues> = {};
    for (let step = 0; step < steps; step++) outputs = await compiled.run(values);
    const copies = Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, data.slice()]));
    await compiled.dispose();
    return { outputs: copies, state: own?.read() ?? {} };
  };
  const wanted = await run(engines.reference);
  for (const engine of engines.others) {
    const got = await run(engine);
    expect(Object.keys(got.outputs)).toEqual(Object.keys(wanted.outputs));
    for (const [name, data] of Object.entries(wanted.outputs)) {
      expect(got.outputs[name].constructor, name).toBe(data.constructor);
      expect(difference(got.outputs[name], data), name).toBeLessThan(tolerance);
    }
    for (const [name, { data }] of Object.entries(wanted.state)) {
      expect(difference(got.state[name].data, data), name).toBeLessThan(tolerance);
    }
  }
}

/** `x0`, `x1`, … as a list. */
export function listed(inputs: Tensors): tf.Tensor[] {
  return Object.keys(inputs).map((_, i) => inputs[`x${i}`]);
}
