/** Runs programs op by op on a tf.js backend. */
import { keep, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { IrisflowError, messageOf } from '../errors.js';
import { onBackend } from './backend.js';
import { missingGradient } from './missing.js';
import type {
  CompiledProgram,
  CompileOptions,
  Engine,
  EngineName,
  Program,
  State,
  TensorRecord,
  Tensors,
  TensorType,
  TensorValues,
} from './types.js';
import { allocate, checkEntry, checkInputs, checkRecord, checkReplacement } from './values.js';

/** A state whose entries are tensors of a tf.js backend. */
class EagerState implements State {
  readonly #backend: string;
  #entries = new Map<string, Tensor>();

  constructor(backend: string, values: TensorRecord) {
    checkRecord(values);
    this.#backend = backend;
    this.#store(values);
  }

  read(names: readonly string[] = [...this.#entries.keys()]): TensorRecord {
    const record: TensorRecord = {};
    for (const name of names) {
      const entry = this.#entries.get(name);
      if (!entry) throw new IrisflowError('MODEL', `The state has no tensor "${name}".`);
      record[name] = { shape: entry.shape.slice(), data: Float32Array.from(entry.dataSync()) };
    }
    return record;
  }

  write(values: TensorRecord): void {
    checkReplacement(values, (name) => this.#entries.get(name)?.shape);
    this.#store(values);
  }

  /** Clones of every entry, which share its memory: for the running program, or to keep the present values for a frozen one. */
  tensors(): Tensors {
    return Object.fromEntries([...this.#entries].map(([name, entry]) => [name, entry.clone()]));
  }

  /** Replaces entries by clones of `next`. All are checked before the first is replaced. */
  replace(next: Tensors): void {
    for (const [name, value] of Object.entries(next)) {
      const entry = this.#entries.get(name);
      checkEntry(name, value.shape, entry?.shape);
      if (value.dtype !== 'float32')
        throw new IrisflowError('MODEL', `New state "${name}" is ${value.dtype}, not float32.`);
    }
    for (const [name, value] of Object.entries(next)) {
      this.#entries.get(name)?.dispose();
      this.#entries.set(name, keep(value.clone()));
    }
  }

  dispose(): void {
    for (const entry of this.#entries.values()) entry.dispose();
    this.#entries = new Map();
  }

  #store(values: TensorRecord): void {
    onBackend(this.#backend, () => {
      for (const [name, { shape, data }] of Object.entries(values)) {
        this.#entries.get(name)?.dispose();
        // The values are copied because the cpu backend would share the caller's array.
        this.#entries.set(name, keep(tensor(data.slice(), [...shape], 'float32')));
      }
    });
  }
}

class EagerProgram implements CompiledProgram {
  readonly #backend: string;
  readonly #program: Program;
  readonly #options: CompileOptions;
  readonly #label: string;
  readonly #state: EagerState | undefined;
  #frozen: Tensors | undefined;

  constructor(backend: string, program: Program, options: CompileOptions, state: EagerState | undefined) {
    this.#backend = backend;
    this.#program = program;
    this.#options = options;
    this.#label = `Program "${options.name ?? 'unnamed'}"`;
    this.#state = state;
    if (options.freeze && state) {
      this.#frozen = onBackend(backend, () => state.tensors());
      for (const constant of Object.values(this.#frozen)) keep(constant);
    }
  }

  async run(inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>> {
    checkInputs(this.#label, this.#options.inputs, inputs);
    return onBackend(this.#backend, () => tidyOnce(() => this.#runOnce(inputs)));
  }

  async dispose(): Promise<void> {
    for (const constant of Object.values(this.#frozen ?? {})) constant.dispose();
    this.#frozen = undefined;
  }

  #runOnce(inputs: Record<string, TensorValues>): Record<string, TensorValues> {
    const tensors: Tensors = {};
    for (const [name, { shape, dtype = 'float32' }] of Object.entries(this.#options.inputs)) {
      const values = inputs[name];
      if (values) tensors[name] = tensor(values.slice(), [...shape], dtype);
    }
    const result = this.#call(tensors);
    const outputs: Record<string, TensorValues> = {};
    for (const [name, output] of Object.entries(result.outputs)) outputs[name] = valuesOf(output);
    if (result.state && Object.keys(result.state).length > 0) {
      if (!this.#state) throw new IrisflowError('USAGE', `${this.#label} returns state but was compiled without one.`);
      if (this.#options.freeze) {
        throw new IrisflowError(
          'USAGE',
          `${this.#label} returns state but was compiled with freeze: compile it without.`,
        );
      }
      this.#state.replace(result.state);
    }
    return outputs;
  }

  #call(inputs: Tensors): ReturnType<Program> {
    try {
      return this.#program(inputs, this.#frozen ?? this.#state?.tensors() ?? {});
    } catch (cause) {
      if (cause instanceof IrisflowError) throw cause;
      const missing = /Kernel '(\w+)' not registered/.exec(messageOf(cause));
      if (missing) {
        throw new IrisflowError(
          'UNSUPPORTED_OP',
          `${this.#label} needs the tf.js kernel ${missing[1]}, which the backend ${this.#backend} lacks. Use another op or another engine.`,
          { cause },
        );
      }
      const gradientError = missingGradient(this.#label, cause);
      if (gradientError) throw gradientError;
      throw new IrisflowError('ENGINE', `${this.#label} failed: ${messageOf(cause)}`, { cause });
    }
  }
}

/** A copy of a tensor's values in the array type of its dtype; the CPU backend sometimes uses another array type. */
function valuesOf(output: Tensor): TensorValues {
  const values = allocate(output.dtype as TensorType, output.size);
  values.set(output.dataSync());
  return values;
}

/** `tf.tidy` for a body whose result holds no tensors. */
function tidyOnce<T>(body: () => T): T {
  const holder: { result?: T } = {};
  tidy(() => {
    holder.result = body();
  });
  return holder.result as T;
}

/** An engine that runs programs op by op on a registered and initialised tf.js backend. */
export class EagerEngine implements Engine {
  readonly #states = new Set<EagerState>();

  constructor(
    readonly name: EngineName,
    readonly description: string,
    private readonly backend: string,
  ) {}

  createState(values: TensorRecord): State {
    const state = new EagerState(this.backend, values);
    this.#states.add(state);
    return state;
  }

  async compile(program: Program, options: CompileOptions): Promise<CompiledProgram> {
    const { state } = options;
    if (state && !(state instanceof EagerState && this.#states.has(state))) {
      throw new IrisflowError('USAGE', `The state given to "${options.name ?? 'unnamed'}" belongs to another engine.`);
    }
    return new EagerProgram(this.backend, program, options, state);
  }

  async dispose(): Promise<void> {
    for (const state of this.#states) state.dispose();
    this.#states.clear();
  }
}
