/** The two updates of SimGAN's Algorithm 1 as pure programs, in the paper's names. */
import * as tf from '@tensorflow/tfjs-core';
import { need, within } from '../../engine/tensor-record.js';
import type { Program, Tensors } from '../../engine/types.js';
import { accuracyOf, globalLogits } from '../losses/adversarial.js';
import { detailMatchLoss } from '../losses/detail-match.js';
import { eyeLoss } from '../losses/eye-likeness.js';
import { gradientPenalty, PENALTY_WEIGHT } from '../losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from '../losses/objectives.js';
import { levelled, selfRegularisationLoss, structureLoss } from '../losses/self-regularisation.js';
import { toneMatchLoss } from '../losses/tone-match.js';
import { varietyKept } from '../losses/variety.js';
import type { Pass } from '../networks/network.js';
import type { SimganConfig } from '../simgan-options.js';
import { averaged, descend, keptStatistics } from '../training/players.js';
import { CHECKED, examinedShare } from '../training/rules.js';
import type { Update, UpdateInput } from '../training/update.js';
import type { Networks } from './networks.js';

const TRAINING: Pass = { mode: 'training' };
/** Pictures of a batch whose eyes are compared: the network that sees them is larger than those that learn. */
const EYES_COMPARED = 2;

/** All updates of one SimGAN. */
export interface Updates extends Readonly<Record<string, Update>> {
  /** θ ← θ − ∇ L_R. Input `x`, where tones or detail are matched `y` too. */
  readonly refiner: Update;
  /** θ ← θ − ∇ of the self-regularisation term alone. Input `x`. */
  readonly refinerAlone: Update;
  /**
   * φ ← φ − ∇ L_D. Inputs `x`, `y`, with a history `history` and `remembered`, with a gradient penalty `interpolation`. Output
   * `fresh-history`: pictures for the history.
   */
  readonly discriminator: Update;
  /**
   * Both from the same x and the same old weights. The refiner meets the discriminator that Algorithm 1 gives it; the discriminator
   * is shown pictures of the refiner one update back, as half of them are older anyway. In return the engine computes R(x) once,
   * which saves a third of the step.
   */
  readonly both: Update;
  /** No update: what the refiner, by the weights that inference uses, makes of `x`, and whether D is right on that and on `y`. */
  readonly check: Update;
}

/** Pictures of a refined batch that come from the history once it holds enough: b/2. */
export function historyShare(config: SimganConfig): number {
  return config.historySize === 0 ? 0 : Math.floor(config.batch / 2);
}

/** The updates for these networks. State names are those of {@link initialState}. */
export function updatesOf({ R, D, iris }: Networks, config: SimganConfig): Updates {
  const { batch: b, height, width, lambda, structure, irisWeight, toneMatch, detailMatch, emaDecay } = config;
  const fromHistory = historyShare(config);
  const objective = OBJECTIVES[config.objective];
  const perPatch = (logits: tf.Tensor) => (config.discriminatorOutput === 'image' ? globalLogits(logits) : logits);

  const refine = (x: tf.Tensor4D, θ: Tensors, state: Tensors) =>
    R.forward(x, { ...θ, ...within('refiner/statistics/', state) }, TRAINING);
  const judge = (pictures: tf.Tensor4D, φ: Tensors, state: Tensors, dropout: tf.Tensor2D | undefined) => {
    const pass = dropout === undefined ? TRAINING : { ...TRAINING, dropout };
    const { output, statistics } = D.forward(pictures, { ...φ, ...within('discriminator/statistics/', state) }, pass);
    return { logits: perPatch(output), statistics };
  };

  /** The first refined pictures of a step, for the examiner. */
  const examined = (refined: tf.Tensor4D): Tensors =>
    examinedShare(config) === 0 ? {} : { examined: tf.slice(refined, 0, examinedShare(config)) };

  /** |ψ(R(x)) − ψ(x)| for each ψ: the picture itself, with or without tone, what is dark in it, and what is seen of its eye. */
  const regularisation = (refined: tf.Tensor4D, x: tf.Tensor4D): tf.Scalar => {
    const [after, before] = config.tone === 'free' ? [levelled(refined), levelled(x)] : [refined, x];
    let change = selfRegularisationLoss(after, before);
    if (structure > 0) change = tf.add(change, tf.mul(structureLoss(after, before), structure));
    if (iris === undefined) return change;
    const some = (pictures: tf.Tensor4D) => tf.slice(pictures, 0, Math.min(EYES_COMPARED, b));
    return tf.add(change, tf.mul(eyeLoss(some(refined), some(x), iris), irisWeight));
  };

  /** What of a batch is compared with real pictures beside the game. */
  const matched = [
    { weight: toneMatch, loss: toneMatchLoss },
    { weight: detailMatch, loss: detailMatchLoss },
  ].filter(({ weight }) => weight > 0);
  /** What the refiner is drawn to: to pass for real, by the discriminator and by what is matched. */
  const attraction = (refined: tf.Tensor4D, logits: tf.Tensor, inputs: Tensors): tf.Scalar =>
    matched.reduce(
      (pull, { weight, loss }) => tf.add(pull, tf.mul(loss(refined, need(inputs, 'y')), weight)),
      objective.refiner(logits),
    );

  /** L_R(θ) = −log(1 − D(R(x))), or another objective's, + λ |ψ(R(x)) − ψ(x)|, φ fixed; without D the last term alone. */
  const updateRefiner =
    (adversary: boolean): Program =>
    (inputs, state) => {
      const x = need<tf.Tensor4D>(inputs, 'x');
      const dropout = inputs['refiner-dropout'] as tf.Tensor2D | undefined;
      const φ = within('discriminator/weights/', state);
      const met = (refined: tf.Tensor4D) => judge(refined, φ, state, dropout).logits;
      const {
        outputs,
        accepted,
        state: next,
      } = descend('refiner', { refiner: 'generator' }, state, config, (weights) => {
        const θ = within('refiner/weights/', weights);
        const refined = refine(x, θ, state).output;
        const change = regularisation(refined, x);
        return adversary ? tf.add(attraction(refined, met(refined), inputs), tf.mul(change, lambda)) : change;
      });
      // The same computation outside the gradient: engines that compile merge the two.
      const { output: refined, statistics } = refine(x, within('refiner/weights/', state), state);
      const logits = adversary ? met(refined) : undefined;
      return {
        outputs: {
          ...outputs,
          ...(logits === undefined
            ? {}
            : {
                'adversarial-loss': objective.refiner(logits),
                'refiner-met-accuracy': accuracyOf(logits, 'refined'),
                ...examined(refined),
              }),
          change: selfRegularisationLoss(refined, x),
          variety: varietyKept(refined, x),
        },
        state: {
          ...next,
          ...averaged('refiner', state, next, accepted, emaDecay),
          ...keptStatistics('refiner', statistics, accepted, state),
        },
      };
    };

  /** L_D(φ) = −log D(x̃) − log(1 − D(y)), or another objective's, θ fixed; x̃ is half fresh, half history. */
  const updateDiscriminator: Program = (inputs, state) => {
    const y = need<tf.Tensor4D>(inputs, 'y');
    const dropout = inputs['discriminator-dropout'] as tf.Tensor2D | undefined;
    const fresh = refine(need(inputs, 'x'), within('refiner/weights/', state), state).output;
    const spare = tf.slice(fresh, b - fromHistory, fromHistory);
    const refined =
      fromHistory === 0 ? fresh : tf.concat([tf.slice(fresh, 0, b - fromHistory), recalled(spare, inputs)]);
    const judged = (φ: Tensors) => {
      const { logits, statistics } = judge(tf.concat([refined, y]), φ, state, dropout);
      const [ofRefined, ofReal] = tf.split(logits, 2) as [tf.Tensor, tf.Tensor];
      return { ofRefined, ofReal, statistics };
    };
    const penalty = (φ: Tensors) => {
      const first = dropout && tf.slice(dropout, 0, b);
      const critic = (pictures: tf.Tensor4D) => judge(pictures, φ, state, first).logits;
      return gradientPenalty(critic, refined, y, need(inputs, 'interpolation'));
    };
    const {
      outputs,
      accepted,
      state: next,
    } = descend('discriminator', { discriminator: 'discriminator' }, state, config, (weights) => {
      const φ = within('discriminator/weights/', weights);
      const { ofRefined, ofReal } = judged(φ);
      const loss = objective.discriminator(ofRefined, ofReal, config.labelSmoothing);
      return objective.penalty ? tf.add(loss, tf.mul(penalty(φ), PENALTY_WEIGHT)) : loss;
    });
    const φ = within('discriminator/weights/', state);
    const { ofRefined, ofReal, statistics } = judged(φ);
    return {
      outputs: {
        ...outputs,
        ...(objective.penalty ? { 'penalty-loss': penalty(φ) } : {}),
        'cross-entropy': crossEntropyOf(objective, ofRefined, ofReal),
        'accuracy-refined': accuracyOf(ofRefined, 'refined'),
        'accuracy-real': accuracyOf(ofReal, 'real'),
        ...examined(fresh),
        ...(fromHistory === 0 ? {} : { 'fresh-history': spare }),
      },
      state: { ...next, ...keptStatistics('discriminator', statistics, accepted, state) },
    };
  };

  /** Measures in inference mode, with the average weights where refinement uses them. */
  const check: Program = (inputs, state) => {
    const [x, y] = [need<tf.Tensor4D>(inputs, 'x'), need<tf.Tensor4D>(inputs, 'y')];
    const θ = within(emaDecay > 0 ? 'refiner/average/' : 'refiner/weights/', state);
    const inference: Pass = { mode: 'inference' };
    const refined = R.forward(x, { ...θ, ...within('refiner/statistics/', state) }, inference).output;
    const φ = { ...within('discriminator/weights/', state), ...within('discriminator/statistics/', state) };
    const [ofRefined, ofReal] = tf.split(perPatch(D.forward(tf.concat([refined, y]), φ, inference).output), 2);
    const accuracies = {
      'accuracy-refined': accuracyOf(ofRefined as tf.Tensor, 'refined'),
      'accuracy-real': accuracyOf(ofReal as tf.Tensor, 'real'),
    };
    return { outputs: { refined, ...accuracies } };
  };

  const pictures = (from: 'synthetic' | 'real', count: number): UpdateInput => ({
    shape: [count, height, width, 3],
    from,
  });
  const mask = (name: string, count: number): Record<string, UpdateInput> =>
    D.dropoutUnits === undefined
      ? {}
      : { [`${name}-dropout`]: { shape: [count, D.dropoutUnits], from: { dropout: D.dropoutRate ?? 0 } } };
  const recalledInputs: Record<string, UpdateInput> = {
    history: { shape: [fromHistory, height, width, 3], from: { history: 'history' } },
    remembered: { shape: [fromHistory, 1, 1, 1], from: { remembered: 'history' } },
  };
  const refinerInputs: Record<string, UpdateInput> = {
    x: pictures('synthetic', b),
    ...(matched.length > 0 && { y: pictures('real', b) }),
    ...mask('refiner', b),
  };
  const discriminatorInputs: Record<string, UpdateInput> = {
    x: pictures('synthetic', b),
    y: pictures('real', b),
    ...mask('discriminator', 2 * b),
    ...(objective.penalty ? { interpolation: { shape: [b, 1, 1, 1], from: 'uniform' } } : {}),
    ...(fromHistory === 0 ? {} : recalledInputs),
  };
  return {
    refiner: { program: updateRefiner(true), inputs: refinerInputs },
    refinerAlone: { program: updateRefiner(false), inputs: { x: pictures('synthetic', b) } },
    discriminator: { program: updateDiscriminator, inputs: discriminatorInputs },
    both: {
      program: (inputs, state) => {
        const [ofR, ofD] = [updateRefiner(true)(inputs, state), updateDiscriminator(inputs, state)];
        return { outputs: { ...ofR.outputs, ...ofD.outputs }, state: { ...ofR.state, ...ofD.state } };
      },
      inputs: { ...refinerInputs, ...discriminatorInputs },
    },
    check: { program: check, inputs: { x: pictures('synthetic', CHECKED), y: pictures('real', CHECKED) } },
  };
}

/** Pictures of the history where `remembered` is 1; fresh ones where it is 0, because the history is still short. */
function recalled(spare: tf.Tensor4D, inputs: Tensors): tf.Tensor4D {
  const remembered = need(inputs, 'remembered');
  return tf.add(tf.mul(need<tf.Tensor4D>(inputs, 'history'), remembered), tf.mul(spare, tf.sub(1, remembered)));
}
