/** Restores the last good weights when training cannot continue from the present ones. */
import type { State, TensorRecord } from '../../engine/types.js';

/** How many steps lie between copies. */
const COPY_EVERY = 50;

/**
 * Keeps a copy of the state from an accepted step, and restores it after `limit` refused steps in a row. Memory: one copy of the state. The
 * copy is part of a checkpoint, so that a resumed training restores the same state as one that was not interrupted.
 */
export class LastGood {
  #good: TensorRecord;
  #refused: number;
  /** Whether the state still equals the copy. */
  #isPresent: boolean;

  /**
   * @param limit the number of refused steps in a row after which the copy is restored
   * @param refused the number of refused steps in a row so far
   * @param good the value of {@link LastGood.good} in a checkpoint; absent where the state itself is the copy
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

  /** The number of refused steps in a row so far. */
  get refused(): number {
    return this.#refused;
  }

  /** The copy, for a checkpoint; `undefined` where it equals the state. */
  get good(): TensorRecord | undefined {
    return this.#isPresent ? undefined : this.#good;
  }

  /** Adds a step. Returns whether the copy was restored. */
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
