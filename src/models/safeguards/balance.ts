/** Balances both networks: pauses the discriminator while it is far too strong, and the refiner while the discriminator is far too weak. */

/** Which networks a step updates. */
export type Turn = 'both' | 'refiner' | 'discriminator';

/** The state of the balance, which is plain JSON for checkpoints. */
export interface BalanceState {
  /** Which networks the next step updates. */
  readonly turn: Turn;
  /** How many steps ago `turn` changed. */
  readonly age: number;
  /** Running mean of the discriminator's accuracy on real pictures. */
  readonly real: number;
  /** Running mean of its accuracy on refined pictures. */
  readonly refined: number;
  /** Running mean of its cross-entropy. */
  readonly loss: number;
}

/** What a step measured of the discriminator. A step that pauses a network measures less. */
export interface DiscriminatorScores {
  /** Its accuracy on real pictures, 0 to 1. */
  readonly real?: number;
  /** Its accuracy on refined pictures, 0 to 1. */
  readonly refined?: number;
  /** The cross-entropy of its logits on both together, for any objective: 2 log 2 at chance. */
  readonly loss?: number;
}

/** Weight of a new step in the running means, which cover about twenty steps. */
const SHARE = 0.05;
/** The discriminator is too strong above the first accuracy, and no longer too strong below the second. */
const STRONG = 0.98;
const MATCHED = 0.9;
/** The discriminator is too weak above `WEAK` (in cross-entropy), and no longer too weak below `CHANCE`. */
const CHANCE = 2 * Math.LN2;
const WEAK = 1.25 * CHANCE;
/** A pause ends after at most `LONGEST_PAUSE` steps, and the next one begins at the earliest `REST` steps later. */
const LONGEST_PAUSE = 100;
const REST = 50;

/**
 * An adaptive form of the paper's K_g and K_d. A discriminator that is right about 98 % of its patches gives the refiner hardly any
 * gradient, so it pauses until its accuracy has fallen to 90 %. A discriminator whose cross-entropy is a quarter above chance misleads the
 * refiner, so the refiner pauses until the discriminator is back at chance. In a healthy training nothing pauses.
 */
export class Balance {
  #state: BalanceState;

  constructor(state: BalanceState = { turn: 'both', age: REST, real: 0.5, refined: 0.5, loss: CHANCE }) {
    this.#state = state;
  }

  /** Which networks the next step updates. */
  get turn(): Turn {
    return this.#state.turn;
  }

  /** The state, for a checkpoint. */
  get state(): BalanceState {
    return this.#state;
  }

  /** Adds the measurements of a step, which may change `turn`. Values that are not finite are ignored. */
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

/** Reads the state from a checkpoint; `undefined` where it has no valid one. */
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
