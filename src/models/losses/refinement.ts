/** What a refiner's loss has besides the adversarial term, as options ask for it. */
import * as tf from '@tensorflow/tfjs-core';
import type { IrisNetwork } from '../../vision/iris-network.js';
import { detailMatchLoss } from './detail-match.js';
import { eyeLoss } from './eye-likeness.js';
import { selfRegularisationLoss, structureLoss, withoutTone } from './self-regularisation.js';
import { toneMatchLoss } from './tone-match.js';
import { varietyKept } from './variety.js';

/** Pictures of a batch whose eyes are compared: the network that sees them is larger than those that learn. */
const EYES_COMPARED = 2;

/** The maps ψ of the self-regularisation term, and their weights. */
export interface PerceivedChangeOptions {
  readonly tone: 'free' | 'kept';
  readonly structure: number;
  readonly irisWeight: number;
}

/**
 * ‖ψ(R(x)) − ψ(x)‖₁, summed over the maps ψ: the picture itself, with or without its tone; what is dark in it, weighted by `structure`;
 * and what `iris` sees of its eye, weighted by `irisWeight`, where it is there.
 */
export function perceivedChange(
  refined: tf.Tensor4D,
  x: tf.Tensor4D,
  { tone, structure, irisWeight }: PerceivedChangeOptions,
  iris?: IrisNetwork,
): tf.Scalar {
  const [after, before] = tone === 'free' ? [withoutTone(refined), withoutTone(x)] : [refined, x];
  let change = selfRegularisationLoss(after, before);
  if (structure > 0) change = tf.add(change, tf.mul(structureLoss(after, before), structure));
  if (iris === undefined) return change;
  const some = (pictures: tf.Tensor4D) => tf.slice(pictures, 0, Math.min(EYES_COMPARED, x.shape[0]));
  return tf.add(change, tf.mul(eyeLoss(some(refined), some(x), iris), irisWeight));
}

/** Weighted losses that compare refined with real pictures by features that need no learning; those of weight 0 are left out. */
export function matchingLosses({
  toneMatch,
  detailMatch,
}: {
  readonly toneMatch: number;
  readonly detailMatch: number;
}) {
  return [
    { weight: toneMatch, loss: toneMatchLoss },
    { weight: detailMatch, loss: detailMatchLoss },
  ]
    .filter(({ weight }) => weight > 0)
    .map(
      ({ weight, loss }) =>
        (refined: tf.Tensor4D, y: tf.Tensor4D): tf.Scalar =>
          tf.mul(loss(refined, y), weight),
    );
}

/** The metrics of refinement: how much pictures changed, and how much of their variety is left. */
export function changeMetrics(refined: tf.Tensor4D, x: tf.Tensor4D) {
  return { change: selfRegularisationLoss(refined, x), variety: varietyKept(refined, x) };
}
