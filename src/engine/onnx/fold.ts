/** Constant folding: operations on constants are computed while tracing, by tf.js's CPU kernels. */

import { getKernel, type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { cpuBackend, cpuBackendName } from '../cpu.js';
import type { TensorType, TensorValues } from '../types.js';
import { constant, filled, type Value } from './value.js';

/** Inputs by name, or the list of a kernel that takes one. */
type Inputs = Readonly<Record<string, Value>> | readonly Value[];

/** Computes a kernel on constants; undefined where tf.js has no CPU kernel of that name. */
export function fold(kernelName: string, inputs: Inputs, attrs: NamedAttrMap): Value | Value[] | undefined {
  const kernel: ReturnType<typeof getKernel> | undefined = getKernel(kernelName, cpuBackendName);
  if (!kernel) return undefined;
  const backend = cpuBackend();
  const uploaded: TensorInfo[] = [];
  const upload = (value: Value): TensorInfo => {
    const info = backend.makeTensorInfo([...value.shape], value.dtype, value.values());
    uploaded.push(info);
    return info;
  };
  const tensors = Array.isArray(inputs)
    ? inputs.map(upload)
    : Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, upload(value)]));
  const result = kernel.kernelFunc({ inputs: tensors as NamedTensorInfoMap, attrs, backend });
  const results = Array.isArray(result) ? result : [result];
  const values = results.map((info) =>
    constant(info.shape.slice(), info.dtype as TensorType, backend.readSync(info.dataId) as TensorValues),
  );
  for (const info of new Set([...uploaded, ...results].map(({ dataId }) => dataId))) backend.disposeData(info, true);
  return Array.isArray(result) ? values : values[0];
}

/** {@link fold} for an elementwise kernel whose operands are uniform: it computes a single element. */
export function foldUniform(
  kernelName: string,
  inputs: Readonly<Record<string, Value>>,
  attrs: NamedAttrMap,
  shape: readonly number[],
): Value | undefined {
  const scalars = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, filled([], value.dtype, value.uniform ?? Number.NaN)]),
  );
  const result = fold(kernelName, scalars, attrs);
  return result && !Array.isArray(result) ? filled(shape, result.dtype, result.values()[0]) : undefined;
}
