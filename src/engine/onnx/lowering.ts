/** What a lowering is: how one tf.js kernel becomes graph nodes. */
import type { Tracer } from './tracer.js';
import type { Value } from './value.js';

/** Inputs by tf.js's names; kernels that take a list (`Concat`, `Pack`, `AddN`) have theirs in `list`. */
export interface Operands {
  readonly [name: string]: Value;
}

export interface Lowering {
  /** Elementwise: constants that are uniform fold to one number. */
  readonly elementwise?: boolean;
  /** Handles constants itself, better than the CPU kernel. */
  readonly keepsConstants?: boolean;
  lower(tracer: Tracer, operands: Operands, attributes: object, list: readonly Value[]): Value | Value[];
}

export type Lowerings = Readonly<Record<string, Lowering>>;

/** Types the attributes of a lowering, which tf.js hands over untyped. */
export function lowering<A = object>(
  lower: (tracer: Tracer, operands: Operands, attributes: A, list: readonly Value[]) => Value | Value[],
  traits: Omit<Lowering, 'lower'> = {},
): Lowering {
  return {
    ...traits,
    lower: (tracer, operands, attributes, list) => lower(tracer, operands, attributes as A, list),
  };
}
