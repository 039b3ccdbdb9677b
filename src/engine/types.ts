/** What an engine is: something that runs pure tf.js functions of inputs and resident state. */
import type { Tensor } from '@tensorflow/tfjs-core';

export type TensorType = 'float32' | 'int32' | 'bool';
export type TensorValues = Float32Array | Int32Array | Uint8Array;

export interface TensorSpec {
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: TensorType;
}

/** A named set of float32 tensors: weights, optimiser moments, counters. Values are in tf.js's own (NHWC, HWIO) order. */
export type TensorRecord = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export type Tensors = Record<string, Tensor>;

/**
 * A program: pure, traced or run once per call. It may use any tf.js op and gradient, must not read values
 * (`dataSync`, `data`), and draws no random numbers (they are inputs). `state` names what it replaces; entries that it
 * leaves out keep their value.
 */
export type Program = (inputs: Tensors, state: Tensors) => { outputs: Tensors; state?: Tensors };

/** Tensors that stay with the engine between runs and may be shared by several programs. */
export interface State {
  /** A copy of the current values. With `names`, of those only. */
  read(names?: readonly string[]): TensorRecord;
  /** Replaces the values of the given entries between two runs. Throws `MODEL` on an unknown name or another shape, changing nothing. */
  write(values: TensorRecord): void;
}

export interface CompileOptions {
  readonly inputs: Record<string, TensorSpec>;
  readonly state?: State;
  /** Bake the state's present values in as constants: faster, but later writes to the state are not seen. Default false. */
  readonly freeze?: boolean;
  /** Named in error messages. */
  readonly name?: string;
}

export interface CompiledProgram {
  /**
   * Runs once: new state replaces the old after the run succeeds. Blocks the calling thread on every engine. The returned
   * arrays are reused by the next run: copy what must stay.
   */
  run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>>;
  dispose(): Promise<void>;
}

export type EngineName = 'onnx' | 'tensorflow' | 'reference';

export interface Engine {
  readonly name: EngineName;
  /** One line for people: which backend and execution provider, and why it was chosen. */
  readonly description: string;
  createState(values: TensorRecord): State;
  compile(program: Program, options: CompileOptions): Promise<CompiledProgram>;
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** CPU threads inside one operation. Default: all cores. */
  readonly threads?: number;
  /** ONNX execution providers in order of preference, for example `['webgpu', 'cpu']`. Default `['cpu']`. */
  readonly executionProviders?: readonly string[];
}
