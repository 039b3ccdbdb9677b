/** Helpers for sets of named tensors: create, look up, prefix and compare. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorRecord, TensorValues } from './types.js';

/** A tensor of one value. */
export function filled(shape: readonly number[], value: number): TensorRecord[string] {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) };
}

/** The tensor of that name. A missing one is a mistake in the program, never in data, so the error is a plain `Error`. */
export function need<T extends Tensor>(values: Readonly<Record<string, Tensor>>, name: string): T {
  const value = values[name];
  if (value === undefined) throw new Error(`${name} is not among the values: ${Object.keys(values).join(', ')}`);
  return value as T;
}

/** Whether no value is NaN or infinite. Only finite numbers give zero times zero, and one sum is much faster than a test of each. */
export function allFinite(values: TensorValues): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}

/** The same entries with `prefix` put before each name. */
export function under<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}

/** The entries whose names start with `prefix`, which is removed. */
export function within<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** The first difference between two sets of names and shapes as one line of text; `undefined` where there is none. */
export function shapeDifference(expected: TensorRecord, given: TensorRecord): string | undefined {
  for (const [name, { shape }] of Object.entries(expected)) {
    const other = given[name];
    if (other === undefined) return `${name} is missing`;
    if (shape.length !== other.shape.length || shape.some((length, i) => length !== other.shape[i])) {
      return `${name} is [${other.shape.join(', ')}] where [${shape.join(', ')}] is needed`;
    }
  }
  const surplus = Object.keys(given).find((name) => !(name in expected));
  return surplus === undefined ? undefined : `${surplus} is not part of the model`;
}
