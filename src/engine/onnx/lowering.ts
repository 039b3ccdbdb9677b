/** The type of a lowering, which turns one tf.js kernel into graph nodes. */
import type { Tracer } from './tracer.js';
import type { Value } from './value.js';

/** Inputs by tf.js's names. Kernels that take a list (`Concat`, `Pack`, `AddN`) get it as `list`. */
export interface Operands {
  readonly [name: string]: Value;
}

export interface Lowering {
  /** The kernel is elementwise, so that uniform constants fold to one number. */
  readonly elementwise?: boolean;
  /** The lowering handles constants itself, better than folding does. */
  readonly keepsConstants?: boolean;
  lower(tracer: Tracer, operands: Operands, attributes: object, list: readonly Value[]): Value | Value[];
}

export type Lowerings = Readonly<Record<string, Lowering>>;

/** A lowering with typed attributes, which tf.js passes untyped. */
export function lowering<A = object>(
  lower: (tracer: Tracer, operands: Operands, attributes: A, list: readonly Value[]) => Value | Value[],
  traits: Omit<Lowering, 'lower'> = {},
): Lowering {
  return {
    ...traits,
    lower: (tracer, operands, attributes, list) => lower(tracer, operands, attributes as A, list),
  };
}
