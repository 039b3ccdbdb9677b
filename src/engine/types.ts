/** What an engine is: something that runs pure tf.js functions of inputs and resident state. */
/// <reference types="long" preserve="true" />
import type { Tensor } from '@tensorflow/tfjs-core';

/** Types of the values of a tensor, by their names in tf.js. */
export type TensorType = 'float32' | 'int32' | 'bool';
/** Values of a tensor, row by row: `Float32Array` for `float32`, `Int32Array` for `int32`, `Uint8Array` of 0 and 1 for `bool`. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** Shape and type of an input of a program. */
export interface TensorSpec {
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: TensorType;
}

/** A named set of float32 tensors: weights, optimiser moments, counters. Values are in tf.js's own (NHWC, HWIO) order. */
export type TensorRecord = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Named tf.js tensors, as a {@link Program} takes and gives them. */
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

/** What {@link Engine.compile} must know of a program besides its code. */
export interface CompileOptions {
  readonly inputs: Record<string, TensorSpec>;
  readonly state?: State;
  /** Bake the state's present values in as constants: faster, but later writes to the state are not seen. Default false. */
  readonly freeze?: boolean;
  /** Named in error messages. */
  readonly name?: string;
}

/** A program ready to run. Not re-entrant: one `run` at a time. */
export interface CompiledProgram {
  /**
   * Runs once: new state replaces the old after the run succeeds. Blocks the calling thread on every engine. The returned
   * arrays are reused by the next run: copy what must stay.
   */
  run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>>;
  dispose(): Promise<void>;
}

/** Engines by name: ONNX Runtime, TensorFlow's native library, tf.js on the CPU (slow, exact, for tests). */
export type EngineName = 'onnx' | 'tensorflow' | 'reference';

/** Something that compiles and runs programs. See `openEngine`. */
export interface Engine {
  readonly name: EngineName;
  /** One line for people: which backend and execution provider, and why it was chosen. */
  readonly description: string;
  createState(values: TensorRecord): State;
  compile(program: Program, options: CompileOptions): Promise<CompiledProgram>;
  dispose(): Promise<void>;
}

/** Options of every engine; one that has no use for an option ignores it. */
export interface EngineOptions {
  /** CPU threads inside one operation. Default: all cores. */
  readonly threads?: number;
  /** ONNX execution providers in order of preference, for example `['webgpu', 'cpu']`. Default `['cpu']`. */
  readonly executionProviders?: readonly string[];
}
