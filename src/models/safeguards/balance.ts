/** Keeps the adversaries matched: pauses the discriminator while it is far too strong, the refiner while it is far too weak. */

/** Which networks a step updates. */
export type Turn = 'both' | 'refiner' | 'discriminator';

/** What decides the turn; plain JSON, for a checkpoint. */
export interface BalanceState {
  readonly turn: Turn;
  /** Steps since the turn last changed. */
  readonly age: number;
  /** Running means of the discriminator's accuracy on real and on refined pictures, and of its cross-entropy. */
  readonly real: number;
  readonly refined: number;
  readonly loss: number;
}

/** What a step saw of the discriminator; a paused network reports less. */
export interface DiscriminatorScores {
  readonly real?: number;
  readonly refined?: number;
  /** Cross-entropy of its logits on both together, whatever it learns by: 2 log 2 at chance. */
  readonly loss?: number;
}

/** Share of a new step in the running means: they look back about twenty steps. */
const SHARE = 0.05;
/** It is too strong when it is right this often, and no longer when it is right only this often. */
const STRONG = 0.98;
const MATCHED = 0.9;
/** It is too weak when it does this much worse than guessing, and no longer when it does as well. */
const CHANCE = 2 * Math.LN2;
const WEAK = 1.25 * CHANCE;
/** A pause ends after so many steps whatever came of it, and none begins until so many steps later. */
const LONGEST_PAUSE = 100;
const REST = 50;

/**
 * The adaptive form of the paper's K_g and K_d. A discriminator that is right on 98 % of its patches gives the refiner hardly a
 * gradient to follow: it waits until that has fallen to 90 %. One whose cross-entropy is a quarter above chance misleads the refiner: the
 * refiner waits until it is back at chance. In between, and so in every healthy training, it does nothing.
 */
export class Balance {
  #state: BalanceState;

  constructor(state: BalanceState = { turn: 'both', age: REST, real: 0.5, refined: 0.5, loss: CHANCE }) {
    this.#state = state;
  }

  get turn(): Turn {
    return this.#state.turn;
  }

  get state(): BalanceState {
    return this.#state;
  }

  /** Takes in a step, which may change the turn of the next one. Values that are not finite count for nothing. */
  observe(scores: DiscriminatorScores): void {
    const followed = (name: 'real' | 'refined' | 'loss') => {
      const value = scores[name];
      const mean = this.#state[name];
      return value !== undefined && Number.isFinite(value) ? mean + SHARE * (value - mean) : mean;
    };
    const means = { real: followed('real'), refined: followed('refined'), loss: followed('loss') };
    const { turn, age } = this.#state;
    const next = nextTurn(turn, age + 1, means);
    this.#state = { ...means, turn: next, age: next === turn ? age + 1 : 0 };
  }
}

/** The state in a checkpoint; `undefined` where there is none. */
export function balanceFrom(value: unknown): BalanceState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { turn, age, real, refined, loss } = value as Record<keyof BalanceState, unknown>;
  const turns: readonly unknown[] = ['both', 'refiner', 'discriminator'];
  return turns.includes(turn) && [age, real, refined, loss].every(Number.isFinite)
    ? (value as BalanceState)
    : undefined;
}

function nextTurn(turn: Turn, age: number, means: Omit<BalanceState, 'turn' | 'age'>): Turn {
  const accuracy = Math.min(means.real, means.refined);
  if (turn === 'both') {
    if (age < REST) return 'both';
    if (accuracy > STRONG) return 'refiner';
    return means.loss > WEAK ? 'discriminator' : 'both';
  }
  const over = turn === 'refiner' ? accuracy < MATCHED : means.loss < CHANCE;
  return over || age >= LONGEST_PAUSE ? 'both' : turn;
}
