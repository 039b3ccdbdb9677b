/** What an update of networks is: a program, and where its inputs come from. */
import type { Program, TensorSpec } from '../../engine/types.js';

/**
 * Where the values of an input come from:
 * - `synthetic`, `real`: the step's pictures, in [−1, 1]
 * - `labels`: the classes of its real pictures, one-hot; `other-labels`: classes drawn evenly, one-hot
 * - `normal`, `uniform`: random numbers of the standard normal distribution, or from 0 to 1
 * - `dropout`: 0 with probability `rate`, else 1 / (1 − rate)
 * - `history`: pictures of that history; `remembered`: 1 for each that it had, 0 for the others
 */
export type InputSource =
  | 'synthetic'
  | 'real'
  | 'labels'
  | 'other-labels'
  | 'normal'
  | 'uniform'
  | { readonly dropout: number }
  | { readonly history: string }
  | { readonly remembered: string };

/** An input of an update. */
export interface UpdateInput extends TensorSpec {
  readonly from: InputSource;
}

/**
 * A program with its inputs. What it puts out, by name:
 * - `NAME-loss`, `NAME-gradient-norm`: scalars, reported by `NAME`
 * - `NAME-accepted`: 0 where an update was refused
 * - `accuracy-real`, `accuracy-refined`, `cross-entropy`, `change`, `variety`: scalars of the step's report
 * - `measure-NAME`: a scalar of the recipe's own
 * - `fresh-HISTORY`: pictures for that history
 * - `examined`: the first made pictures, for the examiner; `control`: what they are compared with, where that is not `x`
 */
export interface Update {
  readonly program: Program;
  readonly inputs: Readonly<Record<string, UpdateInput>>;
}
