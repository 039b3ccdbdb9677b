/** The local adversarial loss, a cross-entropy for each patch, and the accuracy of the logits. */
import * as tf from '@tensorflow/tfjs-core';

/** The label of a picture or patch. A discriminator's logit is above 0 for `refined`. */
export type PictureLabel = 'refined' | 'real';

/**
 * Mean cross-entropy of logits against one label: −log σ(l) for `refined`, −log(1 − σ(l)) for `real`. It is averaged over patches and
 * pictures, so that it depends neither on the size of pictures nor on the batch. Both are computed as softplus(∓l), which does not
 * overflow and keeps its gradient for large logits. At chance the value is log 2.
 *
 * @param logits of any shape
 */
export function adversarialLoss(logits: tf.Tensor, label: PictureLabel): tf.Scalar {
  return tf.mean(tf.softplus(label === 'refined' ? tf.neg(logits) : logits));
}

/** The mean logit of each picture, `[batch, 1]`, from logits of patches `[batch, …]`, for the global adversarial loss. */
export function globalLogits(logits: tf.Tensor): tf.Tensor2D {
  return tf.mean(tf.reshape(logits, [logits.shape[0] as number, -1]), 1, true);
}

/** The logits that the loss takes: those of each patch, or the mean of each image. */
export function lossLogits(logits: tf.Tensor, output: 'patch' | 'image'): tf.Tensor {
  return output === 'image' ? globalLogits(logits) : logits;
}

/** The share of logits with the sign of the label, 0 to 1. A logit of exactly 0 counts as wrong for both labels. */
export function accuracyOf(logits: tf.Tensor, label: PictureLabel): tf.Scalar {
  const right = label === 'refined' ? tf.greater(logits, 0) : tf.less(logits, 0);
  return tf.mean(tf.cast(right, 'float32'));
}
