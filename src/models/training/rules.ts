/** What makes the training of one recipe different from that of another. */

import type { TensorRecord } from '../../engine/types.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Turn } from '../safeguards/balance.js';
import type { InputKind, Requirements } from '../types.js';
import type { Update } from './update.js';

/** An update that a step makes. */
export interface PlannedUpdate {
  readonly name: string;
  /** Which of several in this step it is, from 0: it draws other random numbers than the others. */
  readonly k: number;
  /** Which minibatch it takes of the step's pictures, from 0. */
  readonly synthetic: number;
  readonly real: number;
}

/** A step: what it draws, and the updates that it makes, in order. */
export interface Plan {
  readonly phase: string;
  readonly draws: Pick<Requirements, 'synthetic' | 'real'>;
  readonly updates: readonly PlannedUpdate[];
  /** Updates that steps of this phase may need. */
  readonly phaseUpdates: readonly string[];
  /** Whether both sides play: only then can one of them be too strong, and is there something to measure. */
  readonly adversarial: boolean;
}

/** A recipe's training as data. */
export interface Rules {
  readonly config: AdversarialConfig;
  /** Options that decide what a checkpoint holds. */
  readonly fixed: readonly string[];
  /** The state before the first step. */
  readonly fresh: TensorRecord;
  /** Names, in the state, of the networks that inference needs. */
  readonly generators: readonly string[];
  readonly updates: Readonly<Record<string, Update>>;
  /** Pictures that each history keeps at most, by name. */
  readonly histories: Readonly<Record<string, number>>;
  /** The step after so many steps. */
  plan(step: number, turn: Turn): Plan;
  /** The update, in `updates`, that measures on held-out pictures: outputs `refined`, `accuracy-real`, `accuracy-refined`. */
  readonly check?: string;
  /**
   * What made pictures are compared with besides real ones, so that it is known whether the examiner sees a difference at all: their
   * inputs, an output `control` of the updates beside `examined` and `refined`, or, where they are made of noise, double exposures of
   * real ones.
   */
  readonly control: 'synthetic' | 'output' | 'double-exposure';
  /** Which pictures refinement is of; the others are what it is to reach, and what its pictures are told from. Default `synthetic`. */
  readonly refines?: InputKind;
  /** Whether refined pictures must show what their inputs show. */
  readonly keepsPicture: boolean;
  /** Classes of labelled pictures; 0 where there are no labels. */
  readonly classes: number;
  /** Frees what the updates need besides the state, when the training is disposed. */
  release?(): void;
}

/** Held-out pictures of each kind that a check takes. */
export const CHECKED = 16;

/** Pictures of a step that the examiner learns from. */
export function examinedShare({ batch, checkEvery }: Pick<AdversarialConfig, 'batch' | 'checkEvery'>): number {
  return checkEvery === 0 ? 0 : Math.min(8, batch);
}
