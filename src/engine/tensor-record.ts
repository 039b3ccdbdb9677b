/** Named tensors: making them, finding one, and putting several sets under one roof. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorRecord, TensorValues } from './types.js';

/** A tensor of one value. */
export function filled(shape: readonly number[], value: number): TensorRecord[string] {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) };
}

/** The tensor of that name; a missing one is a mistake in the program, never in data. */
export function need<T extends Tensor>(values: Readonly<Record<string, Tensor>>, name: string): T {
  const value = values[name];
  if (value === undefined) throw new Error(`${name} is not among the values: ${Object.keys(values).join(', ')}`);
  return value as T;
}

/** Whether no value is NaN or infinite. Zero times a number is zero where it is finite: much faster than asking each. */
export function allFinite(values: TensorValues): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}

/** The same entries under `prefix` + name. */
export function under<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}

/** The entries whose names start with `prefix`, without it. */
export function within<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** What differs between two sets of names and shapes, in one line for people; `undefined` where nothing does. */
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
