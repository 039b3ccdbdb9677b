/** CycleGAN: translates pictures of one kind to another and back, and learns without pairs. */

import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type CycleganConfig, cycleganOptions } from './cyclegan-options.js';
import { accuracyOf } from './losses/adversarial.js';
import { OBJECTIVES } from './losses/objectives.js';
import { changeMetrics } from './losses/refinement.js';
import { selfRegularisationLoss } from './losses/self-regularisation.js';
import { liveDiscriminator } from './networks/live.js';
import { translator } from './networks/translator.js';
import type { Apply } from './training/apply.js';
import { defineRecipe } from './training/define-recipe.js';
import { bothInputs, type TrainingDefinition, type Update } from './training/definition.js';
import { discriminatorLoss, objectiveInputs } from './training/discriminator-loss.js';
import { type HistoryBatches, historyBatches } from './training/history-batches.js';

/** One direction of translation: its input, its target, and the names of its networks. */
interface Direction {
  readonly from: 'x' | 'y';
  readonly to: 'x' | 'y';
  readonly generator: string;
  readonly back: string;
  readonly discriminator: string;
  /** The name of the history of its pictures. */
  readonly history: string;
}

const TO_REAL: Direction = {
  ...{ from: 'x', to: 'y' },
  ...{ generator: 'toReal', back: 'toSynthetic', discriminator: 'ofReal', history: 'asReal' },
};
const TO_SYNTHETIC: Direction = {
  ...{ from: 'y', to: 'x' },
  ...{ generator: 'toSynthetic', back: 'toReal', discriminator: 'ofSynthetic', history: 'asSynthetic' },
};

/** One value for each direction. */
type Both<T> = readonly [toReal: T, toSynthetic: T];

const both = <T>(of: (direction: Direction) => T): Both<T> => [of(TO_REAL), of(TO_SYNTHETIC)];
const sum = ([a, b]: Both<tf.Scalar>): tf.Scalar => tf.add(a, b);
const mean = (values: Both<tf.Scalar>): tf.Scalar => tf.mul(sum(values), 0.5);

/** Joins the scalars of both directions by their names. */
const each = (join: (pair: Both<tf.Scalar>) => tf.Scalar, [a, b]: Both<Readonly<Record<string, tf.Scalar>>>) =>
  Object.fromEntries(Object.entries(a).map(([name, value]) => [name, join([value, need(b, name)])]));

/** The value of the configured direction, which refines and is measured. */
const chosen = <T>([toReal, toSynthetic]: Both<T>, { direction }: CycleganConfig): T =>
  direction === 'to-real' ? toReal : toSynthetic;
const directionOf = (config: CycleganConfig): Direction => chosen([TO_REAL, TO_SYNTHETIC], config);

const pictures = (inputs: Tensors, name: string) => need<tf.Tensor4D>(inputs, name);

/** Applies a generator in one pass to its input pictures (`fresh`) and to pictures of the target kind (`same`). */
function translated(apply: Apply, inputs: Tensors, { from, to, generator }: Direction) {
  const of = apply(generator, tf.concat([pictures(inputs, from), pictures(inputs, to)]));
  const [fresh, same] = tf.split(of, 2) as [tf.Tensor4D, tf.Tensor4D];
  return { fresh, same };
}

function training(config: CycleganConfig): TrainingDefinition {
  const { batch, generatorFilters, generatorBlocks, discriminatorFilters } = config;
  const generator = translator({ filters: generatorFilters, blocks: generatorBlocks });
  const discriminator = liveDiscriminator({ filters: discriminatorFilters });
  const histories = both(({ history }) => historyBatches(history, config));
  const inputs = bothInputs(config, batch);
  return {
    networks: {
      toReal: { role: 'generator', network: generator },
      toSynthetic: { role: 'generator', network: generator },
      ofReal: { role: 'discriminator', network: discriminator },
      ofSynthetic: { role: 'discriminator', network: discriminator },
    },
    updates: {
      generators: {
        ...{ name: 'generator', networks: ['toReal', 'toSynthetic'] },
        inputs,
        loss: generatorLoss(config),
      },
      discriminators: {
        ...{ name: 'discriminator', networks: ['ofReal', 'ofSynthetic'] },
        inputs: { ...inputs, ...histories[0].inputs, ...histories[1].inputs, ...objectiveInputs(config) },
        loss: discriminatorsLoss(config, histories),
      },
    },
    schedule: { generator: 'generators', discriminator: 'discriminators' },
    histories: histories[0].share === 0 ? {} : Object.fromEntries(both(({ history }) => [history, config.historySize])),
    heldOut: {
      inputs: (count) => bothInputs(config, count),
      measure(apply, given) {
        const { from, to, generator, back, discriminator } = directionOf(config);
        const before = pictures(given, from);
        const generated = apply(generator, before);
        return {
          generated,
          ofGenerated: apply(discriminator, generated),
          ofReal: apply(discriminator, pictures(given, to)),
          measures: { cycle: selfRegularisationLoss(apply(back, generated), before) },
        };
      },
    },
  };
}

/** The loss of both generators: the adversarial, the cycle and the identity loss of both directions. */
function generatorLoss(config: CycleganConfig): Update['loss'] {
  const objective = OBJECTIVES[config.objective];
  return (apply, inputs) => {
    const directions = both((direction) => {
      const before = pictures(inputs, direction.from);
      const { fresh, same } = translated(apply, inputs, direction);
      return {
        before,
        fresh,
        logits: apply(direction.discriminator, fresh),
        cycle: selfRegularisationLoss(apply(direction.back, fresh), before),
        identity: selfRegularisationLoss(same, pictures(inputs, direction.to)),
      };
    });
    const [a, b] = directions;
    const { fresh, before, cycle: measuredCycle } = chosen(directions, config);
    const adversarial = sum([objective.refiner(a.logits), objective.refiner(b.logits)]);
    const cycle = sum([a.cycle, b.cycle]);
    const identity = sum([a.identity, b.identity]);
    const weighted = sum([tf.mul(cycle, config.cycle), tf.mul(identity, config.identity)]);
    return {
      loss: sum([adversarial, weighted]),
      losses: { adversarial, cycle, identity },
      metrics: {
        recognised: mean([accuracyOf(a.logits, 'refined'), accuracyOf(b.logits, 'refined')]),
        ...changeMetrics(fresh, before),
      },
      measures: { cycle: measuredCycle },
      images: { generated: fresh },
    };
  };
}

/** The loss of both discriminators, each on pictures of which half are new and half are from its history. */
function discriminatorsLoss(config: CycleganConfig, histories: Both<HistoryBatches>): Update['loss'] {
  return (apply, inputs) => {
    const directions = both((direction) => {
      const { fresh } = translated(apply, inputs, direction);
      const real = pictures(inputs, direction.to);
      const history = direction === TO_REAL ? histories[0] : histories[1];
      const { shown, buffers } = history.mix(fresh, inputs);
      const critic = (between: tf.Tensor4D) => apply(direction.discriminator, between);
      return {
        fresh,
        buffers,
        ...discriminatorLoss(config, inputs, { generated: shown, real, critic, together: critic }),
      };
    });
    const [a, b] = directions;
    return {
      loss: sum([a.loss, b.loss]),
      losses: each(sum, [a.losses, b.losses]),
      metrics: each(mean, [a.metrics, b.metrics]),
      images: { generated: chosen(directions, config).fresh },
      buffers: { ...a.buffers, ...b.buffers },
    };
  };
}

/**
 * Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", ICCV 2017. One generator translates
 * synthetic pictures to real ones, another translates real pictures to synthetic ones. A picture that is translated to the other kind and
 * back must stay the same, so no pairs are needed. The option `direction` says which generator refines. The recipe reports `cycle`, the
 * mean |F(G(x)) − x| of that direction on pictures in [−1, 1], at every step and on held-out pictures.
 */
export const cyclegan = defineRecipe({
  name: 'cyclegan',
  description:
    'CycleGAN: pictures of one kind to another and back, without pairs, by two generators (Zhu et al., ICCV 2017)',
  learnsFrom: 'unpaired',
  keepsPicture: true,
  control: 'inputs',
  refines: ({ direction }) => (direction === 'to-real' ? 'synthetic' : 'real'),
  holds: ['cycle', 'identity'],
  steps: 800,
  presets: ['live'],
  options: cycleganOptions,
  training,
  refine: (apply, x, config) => apply(directionOf(config).generator, x),
});
