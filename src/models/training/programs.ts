/** A recipe's updates, compiled when they are first needed. */
import type { CompiledProgram, Engine, State, TensorValues } from '../../engine/types.js';
import type { Update } from './update.js';

/** Compiled updates of one state. */
export class Programs {
  readonly #compiled = new Map<string, CompiledProgram>();

  constructor(
    private readonly engine: Engine,
    private readonly updates: Readonly<Record<string, Update>>,
    private readonly state: State,
    private readonly recipe: string,
  ) {}

  async prepare(name: string): Promise<CompiledProgram> {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const { program, inputs } = this.updates[name] as Update;
    const compiled = await this.engine.compile(program, { inputs, state: this.state, name: `${this.recipe} ${name}` });
    this.#compiled.set(name, compiled);
    return compiled;
  }

  async run(name: string, inputs: Record<string, TensorValues>): Promise<Record<string, TensorValues>> {
    return (await this.prepare(name)).run(inputs);
  }

  /** Lets go of all but these. */
  async keep(wanted: readonly string[]): Promise<void> {
    for (const [name, program] of this.#compiled) {
      if (wanted.includes(name)) continue;
      this.#compiled.delete(name);
      await program.dispose();
    }
  }
}
