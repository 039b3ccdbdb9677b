/** The onnx engine: traces each program into one ONNX graph and runs it with ONNX Runtime. */
import { IrisflowError, messageOf } from '../../errors.js';
import type { CompiledProgram, CompileOptions, Engine, Program, State, TensorRecord } from '../types.js';
import { OnnxProgram } from './program.js';
import { type Runtime, type SessionSettings, sessionOptions } from './session.js';
import { OnnxState } from './state.js';
import { traceProgram } from './trace.js';
import type { Target } from './tracer.js';

export interface OnnxEngineParts {
  readonly runtime: Runtime;
  readonly settings: SessionSettings;
  readonly target: Target;
  readonly description: string;
}

export class OnnxEngine implements Engine {
  readonly name = 'onnx';
  readonly description: string;
  readonly #parts: OnnxEngineParts;
  readonly #states = new WeakSet<State>();
  readonly #programs = new Set<CompiledProgram>();

  constructor(parts: OnnxEngineParts) {
    this.#parts = parts;
    this.description = parts.description;
  }

  createState(values: TensorRecord): State {
    const state = new OnnxState(values);
    this.#states.add(state);
    return state;
  }

  async compile(program: Program, options: CompileOptions): Promise<CompiledProgram> {
    const { runtime, target } = this.#parts;
    const label = `Program "${options.name ?? 'unnamed'}"`;
    const state = this.#own(options.state, label);
    const { model, ...traced } = traceProgram(program, {
      label,
      inputs: options.inputs,
      state: state?.entries ?? new Map(),
      frozen: options.freeze ? (state?.read() ?? {}) : undefined,
      target,
    });
    for (const [name, layout] of traced.layouts) state?.entry(name).fixLayout(layout);
    const session = await this.#session(model, label);
    const resident = state && traced.reads.length + traced.writes.length > 0 ? state : undefined;
    const compiled = new OnnxProgram({ runtime, session, traced, label, inputs: options.inputs, state: resident });
    this.#programs.add(compiled);
    return {
      run: (inputs) => compiled.run(inputs),
      dispose: async () => {
        this.#programs.delete(compiled);
        await compiled.dispose();
      },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.dispose()));
    this.#programs.clear();
  }

  async #session(model: Uint8Array, label: string) {
    const { runtime, settings } = this.#parts;
    try {
      return await runtime.InferenceSession.create(model, sessionOptions(settings));
    } catch (cause) {
      throw new IrisflowError('ENGINE', `ONNX Runtime refuses ${label}: ${messageOf(cause)}`, { cause });
    }
  }

  #own(state: State | undefined, label: string): OnnxState | undefined {
    if (!state) return undefined;
    if (state instanceof OnnxState && this.#states.has(state)) return state;
    throw new IrisflowError('USAGE', `The state given to ${label} belongs to another engine.`);
  }
}
