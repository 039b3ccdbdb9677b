/** A compiled program of the onnx engine: one ONNX Runtime session with preallocated results. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { IrisflowError, messageOf } from '../../errors.js';
import type { CompiledProgram, TensorSpec, TensorValues } from '../types.js';
import { allocate, checkInputs, sizeOf } from '../values.js';
import type { Runtime } from './session.js';
import type { OnnxState } from './state.js';
import type { Binding, TracedProgram } from './trace.js';

export interface OnnxProgramParts {
  readonly runtime: Runtime;
  readonly session: InferenceSession;
  readonly traced: Omit<TracedProgram, 'model'>;
  readonly label: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Absent where the program neither reads nor writes state. */
  readonly state?: OnnxState;
}

export class OnnxProgram implements CompiledProgram {
  readonly #parts: OnnxProgramParts;
  readonly #outputs: readonly (Binding & { readonly tensor: Tensor; readonly values: TensorValues })[];
  #last: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(parts: OnnxProgramParts) {
    this.#parts = parts;
    this.#outputs = parts.traced.outputs.map(({ name, port }) => {
      const values = allocate(port.dtype === 'int64' ? 'int32' : port.dtype, sizeOf(port.dims));
      return { name, port, values, tensor: tensorOver(parts.runtime, values, port.dtype, port.dims) };
    });
  }

  run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>> {
    const { state } = this.#parts;
    const once = () => this.#run(inputs);
    const result = this.#last.then(() => (state ? state.exclusively(once) : once()));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async dispose(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#last;
    await this.#parts.session.release();
  }

  async #run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>> {
    const { runtime, session, traced, label, state } = this.#parts;
    checkInputs(label, this.#parts.inputs, inputs);
    if (this.#released) throw new IrisflowError('ENGINE', `${label} has been disposed of.`);
    const feeds: Record<string, Tensor> = {};
    const fetches: Record<string, Tensor> = {};
    for (const { name, port } of traced.inputs)
      feeds[port.name] = tensorOver(runtime, inputs[name], port.dtype, port.dims);
    for (const { port, tensor } of this.#outputs) fetches[port.name] = tensor;
    if (state) {
      for (const { name, port } of traced.reads) feeds[port.name] = state.entry(name).current(runtime);
      for (const { name, port } of traced.writes) fetches[port.name] = state.entry(name).next(runtime);
    }
    try {
      await session.run(feeds, fetches);
    } catch (cause) {
      throw new IrisflowError('ENGINE', `${label} failed: ${messageOf(cause)}`, { cause });
    }
    for (const { name } of traced.writes) state?.entry(name).swap();
    return Object.fromEntries(this.#outputs.map(({ name, values }) => [name, values]));
  }
}

function tensorOver(runtime: Runtime, values: TensorValues, dtype: string, dims: readonly number[]): Tensor {
  if (dtype === 'bool') return new runtime.Tensor('bool', values as Uint8Array, dims);
  if (dtype === 'int32') return new runtime.Tensor('int32', values as Int32Array, dims);
  return new runtime.Tensor('float32', values as Float32Array, dims);
}
