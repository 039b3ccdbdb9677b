/** The local adversarial loss: one cross-entropy per patch, from logits; and how often those logits are right. */
import * as tf from '@tensorflow/tfjs-core';

/** What a discriminator says of a patch. Its logit is above 0 for `refined`. */
export type PictureLabel = 'refined' | 'real';

/**
 * Mean cross-entropy of logits against one label: −log σ(l) for `refined`, −log(1 − σ(l)) for `real`, averaged over patches and
 * pictures, so that it depends neither on picture size nor on batch. Both are softplus(∓l), which neither overflows nor
 * loses its gradient however large the logits are. At chance it is log 2.
 *
 * @param logits of any shape
 */
export function adversarialLoss(logits: tf.Tensor, label: PictureLabel): tf.Scalar {
  return tf.mean(tf.softplus(label === 'refined' ? tf.neg(logits) : logits));
}

/** One logit a picture, `[batch, 1]`, from one a patch `[batch, …]`: their mean. For the global adversarial loss. */
export function globalLogits(logits: tf.Tensor): tf.Tensor2D {
  return tf.mean(tf.reshape(logits, [logits.shape[0] as number, -1]), 1, true);
}

/** The logits that a loss is made of: each patch's, or each image's mean. */
export function lossLogits(logits: tf.Tensor, output: 'patch' | 'image'): tf.Tensor {
  return output === 'image' ? globalLogits(logits) : logits;
}

/** Share of the logits that give the label, 0 to 1. A logit of exactly 0 gives neither. */
export function accuracyOf(logits: tf.Tensor, label: PictureLabel): tf.Scalar {
  const right = label === 'refined' ? tf.greater(logits, 0) : tf.less(logits, 0);
  return tf.mean(tf.cast(right, 'float32'));
}
