/** Brings the last good weights back when training cannot go on from the present ones. */
import type { State, TensorRecord } from '../../engine/types.js';

/** Steps between copies. */
const COPY_EVERY = 50;

/**
 * Keeps a copy of a state from a step that was accepted, and writes it back after `limit` refused steps in a row. Memory: one
 * copy of the state. A training that is resumed begins with the state that it resumed from.
 */
export class LastGood {
  #good: TensorRecord;
  #refused: number;

  /**
   * @param limit refused steps in a row that are no accident any more
   * @param refused steps in a row refused so far
   */
  constructor(
    private readonly state: State,
    private readonly limit: number,
    refused = 0,
  ) {
    this.#good = state.read();
    this.#refused = refused;
  }

  /** Refused steps in a row so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes in a step. Returns whether the state was replaced by the good one. */
  observe(step: number, accepted: boolean): boolean {
    if (accepted) {
      this.#refused = 0;
      if (step % COPY_EVERY === 0) this.#good = this.state.read();
      return false;
    }
    this.#refused++;
    if (this.#refused < this.limit) return false;
    this.state.write(this.#good);
    this.#refused = 0;
    return true;
  }
}
