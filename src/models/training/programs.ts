/** The programs of a training, which are compiled when they are first needed. */
import type { CompiledProgram, Engine, State, TensorValues } from '../../engine/types.js';
import type { UpdateInputs } from './definition.js';
import { type UpdateOutputs, unflattened } from './update-outputs.js';
import type { UpdateProgram } from './update-programs.js';

/** Compiles and runs programs on one state. */
export class Programs {
  readonly #compiled = new Map<string, CompiledProgram>();

  constructor(
    private readonly engine: Engine,
    private readonly programs: Readonly<Record<string, UpdateProgram>>,
    private readonly state: State,
    private readonly recipe: string,
  ) {}

  /** Compiles the program of that name, unless it is compiled already. */
  async prepare(name: string): Promise<CompiledProgram> {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const { program, inputs } = this.programs[name] as UpdateProgram;
    const compiled = await this.engine.compile(program, { inputs, state: this.state, name: `${this.recipe} ${name}` });
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** The inputs of a program. */
  inputs(name: string): UpdateInputs {
    return this.programs[name]?.inputs ?? {};
  }

  /** Runs the program of that name. */
  async run(name: string, inputs: Record<string, TensorValues>): Promise<UpdateOutputs> {
    return unflattened(await (await this.prepare(name)).run(inputs));
  }

  /** Disposes of all compiled programs except these. */
  async keep(wanted: readonly string[]): Promise<void> {
    for (const [name, program] of this.#compiled) {
      if (wanted.includes(name)) continue;
      this.#compiled.delete(name);
      await program.dispose();
    }
  }
}
