/**
 * The typed outputs of an update, and their names in a compiled program, whose outputs are one flat record of tensors. Only this file knows
 * those names, which have the form `GROUP/NAME`, for example `losses/refiner`.
 */
import { under, within } from '../../engine/tensor-record.js';
import type { Tensors, TensorValues } from '../../engine/types.js';

/** Scalars that the update of any recipe may measure. */
export interface Metrics<Value> {
  /** The share of real patches that the discriminator takes for real before its update, 0 to 1. */
  readonly accuracyReal?: Value;
  /** The share of generated patches that the discriminator takes for generated before its update, 0 to 1. */
  readonly accuracyRefined?: Value;
  /** The share of patches in a generator's update that the discriminator takes for generated, 0 to 1. */
  readonly recognised?: Value;
  /** The cross-entropy of the discriminator's logits, real and generated together, in nats: 2 log 2 at chance. */
  readonly crossEntropy?: Value;
  /** Mean |R(x) − x| on pictures in [−1, 1]. */
  readonly change?: Value;
  /** The variety of generated pictures relative to that of their inputs; about 1 is healthy. */
  readonly variety?: Value;
}

/** Values by name. */
type Named<Value> = Readonly<Record<string, Value>>;

/** The outputs of an update: tensors inside a program, numbers and arrays after it has run. */
export interface UpdateOutputs<Scalar = number, Pictures = Float32Array> {
  /** Losses by the names under which they are reported. */
  readonly losses: Named<Scalar>;
  readonly metrics: Metrics<Scalar>;
  /** The recipe's own measures. */
  readonly measures: Named<Scalar>;
  /** L2 norms of the gradients before clipping. */
  readonly gradientNorms: Named<Scalar>;
  /** 1 where an update was applied, 0 where it was refused. */
  readonly accepted: Named<Scalar>;
  /** The first generated pictures, and those of the control. */
  readonly images: { readonly generated?: Pictures; readonly control?: Pictures };
  /** New pictures by the name of their history. */
  readonly buffers: Named<Pictures>;
}

const SCALARS = ['losses', 'metrics', 'measures', 'gradientNorms', 'accepted'] as const;
const PICTURES = ['images', 'buffers'] as const;

/** Converts outputs to the flat record of a program. */
export function flattened(outputs: Partial<UpdateOutputs<Tensors[string], Tensors[string]>>): Tensors {
  const groups = [...SCALARS, ...PICTURES].map((group) => under(`${group}/`, (outputs[group] ?? {}) as Tensors));
  return Object.assign({}, ...groups);
}

/** Converts the flat record of a program that has run. Pictures are valid until it runs again. */
export function unflattened(values: Readonly<Record<string, TensorValues>>): UpdateOutputs {
  const scalars = SCALARS.map((group) => {
    const entries = Object.entries(within(`${group}/`, values)).map(([name, [value]]) => [name, value] as const);
    return [group, Object.fromEntries(entries)] as const;
  });
  const pictures = PICTURES.map((group) => [group, within(`${group}/`, values)] as const);
  return Object.fromEntries([...scalars, ...pictures]) as unknown as UpdateOutputs;
}
