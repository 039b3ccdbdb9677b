/**
 * The typed outputs of an update, and their names in a compiled program, whose outputs are one flat record of tensors. This is the only
 * place that knows those names: `GROUP/NAME`, for example `losses/refiner`.
 */
import { under, within } from '../../engine/tensor-record.js';
import type { Tensors, TensorValues } from '../../engine/types.js';

/** Scalars that any recipe's update may measure. */
export interface Metrics<Value> {
  /** Share of real pictures that the discriminator's update took for real, before the update. */
  readonly accuracyReal?: Value;
  /** Share of generated pictures that the discriminator's update took for generated. */
  readonly accuracyRefined?: Value;
  /** Share of the pictures of a generator's update that the discriminator took for generated. */
  readonly recognised?: Value;
  /** Of the discriminator's logits, real and generated together: 2 log 2 at chance. */
  readonly crossEntropy?: Value;
  /** Mean |R(x) − x|. */
  readonly change?: Value;
  /** See `varietyKept`. */
  readonly variety?: Value;
}

/** Values by name. */
type Named<Value> = Readonly<Record<string, Value>>;

/** What an update gives: tensors inside a program, numbers and arrays after it has run. */
export interface UpdateOutputs<Scalar = number, Pictures = Float32Array> {
  /** By the names under which they are reported. */
  readonly losses: Named<Scalar>;
  readonly metrics: Metrics<Scalar>;
  /** Measures of the recipe's own. */
  readonly measures: Named<Scalar>;
  /** L2 norms of the gradients, before clipping. */
  readonly gradientNorms: Named<Scalar>;
  /** 0 where an update was refused. */
  readonly accepted: Named<Scalar>;
  /** The first generated pictures, and what they are compared with. */
  readonly images: { readonly generated?: Pictures; readonly control?: Pictures };
  /** Fresh pictures, by the name of their history. */
  readonly buffers: Named<Pictures>;
}

const SCALARS = ['losses', 'metrics', 'measures', 'gradientNorms', 'accepted'] as const;
const PICTURES = ['images', 'buffers'] as const;

/** The outputs of a program. */
export function flattened(outputs: Partial<UpdateOutputs<Tensors[string], Tensors[string]>>): Tensors {
  const groups = [...SCALARS, ...PICTURES].map((group) => under(`${group}/`, (outputs[group] ?? {}) as Tensors));
  return Object.assign({}, ...groups);
}

/** What a program has put out. Pictures hold until it runs again. */
export function unflattened(values: Readonly<Record<string, TensorValues>>): UpdateOutputs {
  const scalars = SCALARS.map((group) => {
    const entries = Object.entries(within(`${group}/`, values)).map(([name, [value]]) => [name, value] as const);
    return [group, Object.fromEntries(entries)] as const;
  });
  const pictures = PICTURES.map((group) => [group, within(`${group}/`, values)] as const);
  return Object.fromEntries([...scalars, ...pictures]) as unknown as UpdateOutputs;
}
