/**
 * SimGAN (Shrivastava et al., "Learning from Simulated and Unsupervised Images through Adversarial Training", CVPR 2017): a refiner
 * learns to make synthetic pictures look real to a patch discriminator, while self-regularisation keeps what they show.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type IrisNetwork, openIrisNetwork } from '../vision/iris-network.js';
import { accuracyOf, lossLogits } from './losses/adversarial.js';
import { OBJECTIVES } from './losses/objectives.js';
import { changeMetrics, matchingLosses, perceivedChange } from './losses/refinement.js';
import { simganNetworks } from './simgan-networks.js';
import { SIMGAN_PRESETS, type SimganConfig, simganOptions } from './simgan-options.js';
import type { Apply } from './training/apply.js';
import { defineRecipe } from './training/define-recipe.js';
import { bothInputs, dropoutInput, type TrainingDefinition, type Update, xOf, yOf } from './training/definition.js';
import { discriminatorLoss, logitsOf, objectiveInputs } from './training/discriminator-loss.js';
import { historyBatches } from './training/history-batches.js';

/** Algorithm 1: each step makes K_g refiner updates and then K_d discriminator updates. `iris` is the frozen iris network. */
export function algorithm1(config: SimganConfig, iris?: IrisNetwork): TrainingDefinition {
  const { batch: b, lambda: λ, kG, kD, pretrainRefiner, pretrainDiscriminator, historySize } = config;
  const networks = simganNetworks(config);
  const dropout = (name: string, count: number) => dropoutInput(name, networks.discriminator.network, count);
  const history = historyBatches('history', config);
  const matching = matchingLosses(config);
  const { x, y } = bothInputs(config, b);

  /** Applies the refiner with its weights θ. */
  const R = (apply: Apply, x: tf.Tensor4D) => apply('refiner', x);
  /** The logits of the discriminator with its weights φ; D itself, their sigmoid, is the probability that a picture is refined. */
  const D = (apply: Apply, pictures: tf.Tensor4D, dropout?: tf.Tensor) =>
    lossLogits(apply('discriminator', pictures, dropout), config.discriminatorOutput);

  /** θ ← θ − ∇ L_R, where L_R(θ) = −log(1 − D(R(x))) + λ ‖ψ(R(x)) − ψ(x)‖₁ + tone and detail match with y; φ is fixed. */
  const refiner: Update = {
    ...{ name: 'refiner', networks: ['refiner'] },
    inputs: { x, ...(matching.length > 0 && { y }), ...dropout('refiner-dropout', b) },
    loss(apply, inputs) {
      const x = xOf(inputs);
      const x̃ = R(apply, x);
      const change = perceivedChange(x̃, x, config, iris);
      const logits = D(apply, x̃, inputs['refiner-dropout']);
      const adversarial = OBJECTIVES[config.objective].refiner(logits);
      const realism = matching.reduce((sum, loss) => tf.add(sum, loss(x̃, yOf(inputs))), adversarial);
      return {
        loss: tf.add(realism, tf.mul(change, λ)),
        losses: { adversarial },
        metrics: { recognised: accuracyOf(logits, 'refined'), ...changeMetrics(x̃, x) },
        images: { generated: x̃ },
      };
    },
  };

  /** The refiner's pre-training, from the self-regularisation term alone: θ ← θ − ∇ ‖ψ(R(x)) − ψ(x)‖₁. */
  const refinerAlone: Update = {
    ...{ name: 'refiner', networks: ['refiner'] },
    inputs: { x },
    loss(apply, inputs) {
      const x = xOf(inputs);
      const x̃ = R(apply, x);
      return { loss: perceivedChange(x̃, x, config, iris), metrics: changeMetrics(x̃, x) };
    },
  };

  /** φ ← φ − ∇ L_D, where L_D(φ) = −log D(x̃) − log(1 − D(y)); half of x̃ is R(x), half is from the history; θ is fixed. */
  const discriminator: Update = {
    ...{ name: 'discriminator', networks: ['discriminator'] },
    inputs: { x, y, ...dropout('discriminator-dropout', 2 * b), ...objectiveInputs(config), ...history.inputs },
    loss(apply, inputs) {
      const mask = inputs['discriminator-dropout'];
      const fresh = R(apply, xOf(inputs));
      const { shown: x̃, buffers } = history.mix(fresh, inputs);
      const measured = discriminatorLoss(config, inputs, {
        ...{ generated: x̃, real: yOf(inputs) },
        together: (pictures) => D(apply, pictures, mask),
        critic: (pictures) => D(apply, pictures, mask && tf.slice(mask, 0, b)),
      });
      return { ...measured, images: { generated: fresh }, buffers };
    },
  };

  return {
    networks,
    updates: { refiner, refinerAlone, discriminator },
    schedule: {
      pretraining: [
        { phase: 'pretrain-refiner', steps: pretrainRefiner, update: 'refinerAlone' },
        { phase: 'pretrain-discriminator', steps: pretrainDiscriminator, update: 'discriminator' },
      ],
      ...{ generator: 'refiner', kG, discriminator: 'discriminator', kD },
    },
    histories: { history: historySize },
    heldOut: {
      inputs: (count) => bothInputs(config, count),
      measure(apply, inputs) {
        const generated = R(apply, xOf(inputs));
        return { generated, ...logitsOf((pictures) => D(apply, pictures), generated, yOf(inputs)) };
      },
    },
  };
}

/** SimGAN as a recipe. {@link SimganConfig} has its options and presets. */
export const simgan = defineRecipe<typeof simganOptions, IrisNetwork>({
  name: 'simgan',
  description:
    'SimGAN: refines synthetic pictures toward real ones and keeps what they show (Shrivastava et al., CVPR 2017)',
  learnsFrom: 'unpaired',
  keepsPicture: true,
  control: 'inputs',
  holds: ['lambda', 'structure', 'irisWeight'],
  // The iris network cannot see faces. The faster discriminator of the preset is tuned for training with the iris network.
  suiting: (preset, crop) => (preset === 'live' && crop === 'face' ? { irisWeight: 0, discriminatorLrScale: 2 } : {}),
  presets: SIMGAN_PRESETS,
  options: simganOptions,
  open: async ({ lambda, irisWeight }) =>
    lambda > 0 && irisWeight > 0 ? openIrisNetwork('The option irisWeight of simgan') : undefined,
  training: (config, iris) => algorithm1(config as SimganConfig, iris),
  refine: (apply, x) => apply('refiner', x),
});
