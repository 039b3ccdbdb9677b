/** Types of engines, which run pure tf.js functions of inputs and resident state. */
/// <reference types="long" preserve="true" />
import type { Tensor } from '@tensorflow/tfjs-core';

/** Element types of tensors, as tf.js names them. */
export type TensorType = 'float32' | 'int32' | 'bool';
/** Values of a tensor in row-major order: `Float32Array` for `float32`, `Int32Array` for `int32`, `Uint8Array` of 0 and 1 for `bool`. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** Shape and type of an input of a program. */
export interface TensorSpec {
  /** Sizes of its axes. */
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: TensorType;
}

/** A named set of float32 tensors: weights, optimiser moments, counters. Values are in tf.js's own (NHWC, HWIO) order. */
export type TensorRecord = Record<
  string,
  {
    /** Sizes of its axes. */
    readonly shape: readonly number[];
    /** Its values, row by row; as many as the product of the sizes. */
    readonly data: Float32Array;
  }
>;

/** Named tf.js tensors: the arguments and results of a {@link Program}. */
export type Tensors = Record<string, Tensor>;

/**
 * A pure function that an engine traces once or runs at each call. It may use any tf.js op and gradient, must not read values
 * (`dataSync`, `data`) and must not draw random numbers (pass them as inputs). The returned `state` holds the entries that it
 * replaces; all others keep their values.
 */
export type Program = (
  inputs: Tensors,
  state: Tensors,
) => {
  /** What it computes, by name. */
  outputs: Tensors;
  /** New values of the state, by name. */
  state?: Tensors;
};

/** Named tensors that an engine keeps between runs; several programs may share them. */
export interface State {
  /** Copies the current values, or only those of `names`. */
  read(names?: readonly string[]): TensorRecord;
  /** Replaces the values of the given entries between two runs. Throws `MODEL` on an unknown name or a different shape and changes nothing then. */
  write(values: TensorRecord): void;
}

/** Options of {@link Engine.compile}. */
export interface CompileOptions {
  /** Shape and type of each input, by name. */
  readonly inputs: Record<string, TensorSpec>;
  /** The state that it reads and replaces. Default: none. */
  readonly state?: State;
  /** Compile the state's present values as constants: faster, but later writes to the state have no effect. Default false. */
  readonly freeze?: boolean;
  /** Name of the program in error messages. */
  readonly name?: string;
}

/** A compiled program. It is not re-entrant: wait for one `run` before the next. */
export interface CompiledProgram {
  /**
   * Runs the program once. New state replaces the old after the run succeeds. Every engine blocks the calling thread. The next
   * run overwrites the returned arrays: copy values that you keep.
   */
  run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>>;
  /** Frees what the program holds. It cannot run afterwards. */
  dispose(): Promise<void>;
}

/** Names of the engines: ONNX Runtime, TensorFlow's native library, tf.js on the CPU (slow, exact, for tests). */
export type EngineName = 'onnx' | 'tensorflow' | 'reference';

/** Compiles and runs programs. See `openEngine`. */
export interface Engine {
  /** Which engine it is. */
  readonly name: EngineName;
  /** One line of text: the backend, the execution provider, and why it was chosen. */
  readonly description: string;
  /** A state with copies of these values. It lives until the engine is disposed of. */
  createState(values: TensorRecord): State;
  /** Compiles a program. Rejects with `ENGINE` where an operation has no lowering. */
  compile(program: Program, options: CompileOptions): Promise<CompiledProgram>;
  /** Frees the engine with its states and programs. */
  dispose(): Promise<void>;
}

/** Options of all engines; an engine ignores the options that do not apply to it. */
export interface EngineOptions {
  /** CPU threads inside one operation. Default: all cores. */
  readonly threads?: number;
  /** ONNX execution providers in order of preference, for example `['webgpu', 'cpu']`. Default `['cpu']`. */
  readonly executionProviders?: readonly string[];
}
