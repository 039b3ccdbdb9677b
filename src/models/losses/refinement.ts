/** The terms of a refiner's loss besides the adversarial one. */
import * as tf from '@tensorflow/tfjs-core';
import type { IrisNetwork } from '../../vision/iris-network.js';
import { detailMatchLoss } from './detail-match.js';
import { eyeLoss } from './eye-likeness.js';
import { selfRegularisationLoss, structureLoss, withoutTone } from './self-regularisation.js';
import { toneMatchLoss } from './tone-match.js';
import { varietyKept } from './variety.js';

/** How many pictures of a batch the iris network compares. It is larger than the networks that learn. */
const EYES_COMPARED = 2;

/** Which feature transforms ψ the self-regularisation term uses, and their weights. */
export interface PerceivedChangeOptions {
  readonly tone: 'free' | 'kept';
  readonly structure: number;
  readonly irisWeight: number;
}

/**
 * ‖ψ(R(x)) − ψ(x)‖₁, summed over the feature transforms ψ: the picture itself, with or without its tone; the map of its dark parts,
 * weighted by `structure`; and, where `iris` is given, what the iris network detects, weighted by `irisWeight`.
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

/** The weighted losses that compare refined with real pictures by fixed features. Losses of weight 0 are left out. */
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

/** The metrics of refinement: the mean change of the pictures, and their variety relative to that of their inputs. */
export function changeMetrics(refined: tf.Tensor4D, x: tf.Tensor4D) {
  return { change: selfRegularisationLoss(refined, x), variety: varietyKept(refined, x) };
}
