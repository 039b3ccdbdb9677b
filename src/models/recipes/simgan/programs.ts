/** SimGAN's updates, compiled when they are first needed. */
import type { CompiledProgram, Engine, State, TensorValues } from '../../../engine/types.js';
import type { Updates } from './updates.js';

export type UpdateName = keyof Updates;

/** Compiled updates of one state. */
export class Programs {
  readonly #compiled = new Map<UpdateName, CompiledProgram>();

  constructor(
    private readonly engine: Engine,
    private readonly updates: Updates,
    private readonly state: State,
  ) {}

  async prepare(name: UpdateName): Promise<CompiledProgram> {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const { program, inputs } = this.updates[name];
    const compiled = await this.engine.compile(program, { inputs, state: this.state, name: `simgan ${name}` });
    this.#compiled.set(name, compiled);
    return compiled;
  }

  async run(name: UpdateName, inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>> {
    return (await this.prepare(name)).run(inputs);
  }

  /** Lets go of all but these. */
  async keep(wanted: readonly UpdateName[]): Promise<void> {
    for (const [name, program] of this.#compiled) {
      if (wanted.includes(name)) continue;
      this.#compiled.delete(name);
      await program.dispose();
    }
  }
}
