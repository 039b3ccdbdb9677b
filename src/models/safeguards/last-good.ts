/** Brings the last good weights back when training cannot go on from the present ones. */
import type { State, TensorRecord } from '../../engine/types.js';

/** Steps between copies. */
const COPY_EVERY = 50;

/**
 * Keeps a copy of a state from a step that was accepted, and writes it back after `limit` refused steps in a row. Memory: one
 * copy of the state. The copy is part of a checkpoint: a resumed training has to come back to what an undisturbed one comes back to.
 */
export class LastGood {
  #good: TensorRecord;
  #refused: number;
  /** Whether the state is still as it was copied. */
  #isPresent: boolean;

  /**
   * @param limit refused steps in a row that are no accident any more
   * @param refused steps in a row refused so far
   * @param good what {@link LastGood.good} gave; the present state where that was nothing
   */
  constructor(
    private readonly state: State,
    private readonly limit: number,
    refused = 0,
    good?: TensorRecord,
  ) {
    this.#good = good ?? state.read();
    this.#isPresent = good === undefined;
    this.#refused = refused;
  }

  /** Refused steps in a row so far. */
  get refused(): number {
    return this.#refused;
  }

  /** The copy, for a checkpoint; `undefined` where the state itself is the same. */
  get good(): TensorRecord | undefined {
    return this.#isPresent ? undefined : this.#good;
  }

  /** Takes in a step. Returns whether the state was replaced by the good one. */
  observe(step: number, accepted: boolean): boolean {
    this.#isPresent = accepted && step % COPY_EVERY === 0;
    if (accepted) {
      this.#refused = 0;
      if (this.#isPresent) this.#good = this.state.read();
      return false;
    }
    this.#refused++;
    if (this.#refused < this.limit) return false;
    this.state.write(this.#good);
    this.#isPresent = true;
    this.#refused = 0;
    return true;
  }
}
