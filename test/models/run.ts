/** Runs a tf.js function once on the reference engine. */
import type * as tf from '@tensorflow/tfjs-core';
import type { TensorRecord, Tensors } from '../../src/engine/types.js';
import { reference } from './tiny.js';

/** Values of what `program` returns for these inputs. */
export async function run(
  program: (inputs: Tensors) => Record<string, tf.Tensor>,
  inputs: TensorRecord = {},
): Promise<Record<string, number[]>> {
  const specs = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
  const compiled = await reference.compile((given) => ({ outputs: program(given) }), { inputs: specs });
  const values = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
  const outputs = await compiled.run(values);
  await compiled.dispose();
  return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, [...data]]));
}

export function tensorOf(shape: readonly number[], data: ArrayLike<number>): TensorRecord[string] {
  return { shape, data: Float32Array.from(data) };
}
