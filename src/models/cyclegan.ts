/** CycleGAN: pictures of one kind to those of another and back, without pairs. */
import * as tf from '@tensorflow/tfjs-core';
import { need } from '../engine/tensor-record.js';
import type { Tensors } from '../engine/types.js';
import { type CycleganConfig, cycleganOptions } from './cyclegan-options.js';
import { accuracyOf } from './losses/adversarial.js';
import { gradientPenalty, PENALTY_WEIGHT } from './losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from './losses/objectives.js';
import { selfRegularisationLoss } from './losses/self-regularisation.js';
import { varietyKept } from './losses/variety.js';
import { liveDiscriminator } from './networks/live.js';
import { translator } from './networks/translator.js';
import { objectiveInputs } from './training/adversarial-moves.js';
import { defineRecipe } from './training/define-recipe.js';
import { CHECKED, type Game, type Move, picturesInput } from './training/game.js';
import type { Play } from './training/play.js';
import { examinedShare } from './training/rules.js';
import type { UpdateInput } from './training/update.js';

/** A way through the game: whose pictures which generator makes of which, who judges them, and who leads back. */
interface Way {
  readonly from: 'x' | 'y';
  readonly to: 'x' | 'y';
  readonly maker: string;
  readonly back: string;
  readonly judge: string;
  /** The history of its pictures. */
  readonly history: string;
}

const TO_REAL: Way = {
  ...{ from: 'x', to: 'y' },
  ...{ maker: 'toReal', back: 'toSynthetic', judge: 'ofReal', history: 'asReal' },
};
const TO_SYNTHETIC: Way = {
  ...{ from: 'y', to: 'x' },
  ...{ maker: 'toSynthetic', back: 'toReal', judge: 'ofSynthetic', history: 'asSynthetic' },
};

/** What both ways give: to real pictures, and to synthetic ones. */
type Both<T> = readonly [toReal: T, toSynthetic: T];

const both = <T>(of: (way: Way) => T): Both<T> => [of(TO_REAL), of(TO_SYNTHETIC)];
const sum = ([a, b]: Both<tf.Scalar>): tf.Scalar => tf.add(a, b);
const mean = (values: Both<tf.Scalar>): tf.Scalar => tf.mul(sum(values), 0.5);

/** The way that refines, and is measured. */
const chosen = <T>([toReal, toSynthetic]: Both<T>, { direction }: CycleganConfig): T =>
  direction === 'to-real' ? toReal : toSynthetic;
const wayOf = (config: CycleganConfig): Way => chosen([TO_REAL, TO_SYNTHETIC], config);

const pictures = (inputs: Tensors, name: string) => need<tf.Tensor4D>(inputs, name);

/** Pictures of each batch that a discriminator is shown from its history: half. */
function historyShare({ historySize, batch }: CycleganConfig): number {
  return historySize === 0 ? 0 : Math.floor(batch / 2);
}

function game(config: CycleganConfig): Game {
  const { batch, generatorFilters, generatorBlocks, discriminatorFilters, historySize } = config;
  const generator = translator({ maps: generatorFilters, blocks: generatorBlocks });
  const discriminator = liveDiscriminator({ maps: discriminatorFilters });
  const inputs = (count: number) => ({
    x: picturesInput('synthetic', config, count),
    y: picturesInput('real', config, count),
  });
  return {
    players: {
      toReal: { role: 'generator', network: generator },
      toSynthetic: { role: 'generator', network: generator },
      ofReal: { role: 'discriminator', network: discriminator },
      ofSynthetic: { role: 'discriminator', network: discriminator },
    },
    inputs: { ...inputs(batch), ...historyInputs(config), ...objectiveInputs(config) },
    generator: generatorMove(config),
    discriminator: discriminatorMove(config),
    histories: historyShare(config) === 0 ? {} : Object.fromEntries(both(({ history }) => [history, historySize])),
    checkInputs: inputs(CHECKED),
    check(play, given) {
      const { from, to, maker, back, judge } = wayOf(config);
      const before = pictures(given, from);
      const refined = play(maker, before);
      return {
        refined,
        ofRefined: play(judge, refined),
        ofReal: play(judge, pictures(given, to)),
        measures: { cycle: selfRegularisationLoss(play(back, refined), before) },
      };
    },
  };
}

/** A generator's pictures of those that it is for, and of those that are of the kind already: one pass for both. */
function made(play: Play, inputs: Tensors, { from, to, maker }: Way): { fresh: tf.Tensor4D; same: tf.Tensor4D } {
  const of = play(maker, tf.concat([pictures(inputs, from), pictures(inputs, to)]));
  const [fresh, same] = tf.split(of, 2) as [tf.Tensor4D, tf.Tensor4D];
  return { fresh, same };
}

/** Pictures of the chosen way, for the examiner. */
function examined(config: CycleganConfig, fresh: Both<tf.Tensor4D>): Tensors {
  const share = examinedShare(config);
  return share === 0 ? {} : { examined: tf.slice(chosen(fresh, config), 0, share) };
}

/** Both generators together: the adversarial, the cycle and the identity loss of both ways. */
function generatorMove(config: CycleganConfig): Move {
  const objective = OBJECTIVES[config.objective];
  return {
    players: ['toReal', 'toSynthetic'],
    loss(play, inputs) {
      const ways = both((way) => {
        const before = pictures(inputs, way.from);
        const { fresh, same } = made(play, inputs, way);
        return {
          before,
          fresh,
          logits: play(way.judge, fresh),
          cycle: selfRegularisationLoss(play(way.back, fresh), before),
          identity: selfRegularisationLoss(same, pictures(inputs, way.to)),
        };
      });
      const [a, b] = ways;
      const measured = chosen(ways, config);
      const adversarial = sum([objective.refiner(a.logits), objective.refiner(b.logits)]);
      const cycle = sum([a.cycle, b.cycle]);
      const identity = sum([a.identity, b.identity]);
      const weighted = sum([tf.mul(cycle, config.cycle), tf.mul(identity, config.identity)]);
      return {
        loss: sum([adversarial, weighted]),
        reports: {
          'adversarial-loss': adversarial,
          'cycle-loss': cycle,
          'identity-loss': identity,
          'refiner-met-accuracy': mean([accuracyOf(a.logits, 'refined'), accuracyOf(b.logits, 'refined')]),
          'measure-cycle': measured.cycle,
          change: selfRegularisationLoss(measured.fresh, measured.before),
          variety: varietyKept(measured.fresh, measured.before),
          ...examined(config, [a.fresh, b.fresh]),
        },
      };
    },
  };
}

/** Both discriminators together, each on pictures that are half fresh and half of its history. */
function discriminatorMove(config: CycleganConfig): Move {
  const { batch, labelSmoothing } = config;
  const objective = OBJECTIVES[config.objective];
  const share = historyShare(config);
  return {
    players: ['ofReal', 'ofSynthetic'],
    loss(play, inputs) {
      const ways = both((way) => {
        const { fresh } = made(play, inputs, way);
        const real = pictures(inputs, way.to);
        const spare = tf.slice(fresh, batch - share, share);
        const shown =
          share === 0 ? fresh : tf.concat([tf.slice(fresh, 0, batch - share), recalled(spare, inputs, way.history)]);
        const critic = (between: tf.Tensor4D) => play(way.judge, between);
        // Before the other pass: the statistics of the last one are kept, and what a pass inside a gradient leaves is gone after it.
        const penalty = objective.penalty
          ? gradientPenalty(critic, shown, real, need(inputs, 'interpolation'))
          : undefined;
        const [ofMade, ofReal] = tf.split(play(way.judge, tf.concat([shown, real])), 2) as [tf.Tensor, tf.Tensor];
        return {
          fresh,
          spare,
          loss: objective.discriminator(ofMade, ofReal, labelSmoothing),
          penalty,
          entropy: crossEntropyOf(objective, ofMade, ofReal),
          ofMade: accuracyOf(ofMade, 'refined'),
          ofReal: accuracyOf(ofReal, 'real'),
        };
      });
      const [a, b] = ways;
      const loss = sum([a.loss, b.loss]);
      const penalty = a.penalty && b.penalty && sum([a.penalty, b.penalty]);
      return {
        loss: penalty ? tf.add(loss, tf.mul(penalty, PENALTY_WEIGHT)) : loss,
        reports: {
          ...(penalty && { 'penalty-loss': penalty }),
          'cross-entropy': mean([a.entropy, b.entropy]),
          'accuracy-refined': mean([a.ofMade, b.ofMade]),
          'accuracy-real': mean([a.ofReal, b.ofReal]),
          ...(share > 0 && { [`fresh-${TO_REAL.history}`]: a.spare, [`fresh-${TO_SYNTHETIC.history}`]: b.spare }),
          ...examined(config, [a.fresh, b.fresh]),
        },
      };
    },
  };
}

/** Pictures of a history; fresh ones where it is still short. */
function recalled(spare: tf.Tensor4D, inputs: Tensors, history: string): tf.Tensor4D {
  const remembered = need(inputs, `${history}-remembered`);
  return tf.add(tf.mul(pictures(inputs, history), remembered), tf.mul(spare, tf.sub(1, remembered)));
}

function historyInputs(config: CycleganConfig): Record<string, UpdateInput> {
  const share = historyShare(config);
  if (share === 0) return {};
  const entries = both(({ history }): [string, UpdateInput][] => [
    [history, { shape: [share, config.height, config.width, 3], from: { history } }],
    [`${history}-remembered`, { shape: [share, 1, 1, 1], from: { remembered: history } }],
  ]);
  return Object.fromEntries(entries.flat());
}

/**
 * Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", ICCV 2017: one generator makes synthetic
 * pictures real, another real ones synthetic; what goes there and back is to be what it was, so that no pairs are needed. Refines with one
 * of them (`direction`). Reports `cycle`, the mean |F(G(x)) − x| of that direction on pictures in [−1, 1], at every step and on held-out
 * pictures.
 *
 * Three minutes of one core: a step of batch 8 took it 0.2 s while the machine did other work. Measured once, from 264 eye crops of an
 * avatar to those of a talking face and back, 64×64, 830 steps in 172 seconds of a core's time: the held-out `cycle` fell from 0.45 (step
 * 20) to 0.05. Of patches of 16×16 pixels of pictures that nothing has learnt from, a classifier that learnt on raw pictures alone takes for
 * the other kind:
 *
 * | | as they were | refined | of the other kind |
 * | --- | --- | --- | --- |
 * | to real | 0.2 % | 99.8 % | 96.8 % |
 * | to synthetic | 1.2 % | 100.0 % | 99.5 % |
 *
 * Light and dark stay where they were (correlation of brightness 0.82 and 0.79), and with them lids and gaze; found pupils lie 3.5 px from
 * where they lay, in both directions. Brows and lashes take the other kind's width, irises its pattern.
 */
export const cyclegan = defineRecipe({
  name: 'cyclegan',
  description:
    'CycleGAN: pictures of one kind to another and back, without pairs, by two generators (Zhu et al., ICCV 2017)',
  learnsFrom: 'unpaired',
  keepsPicture: true,
  refines: ({ direction }) => (direction === 'to-real' ? 'synthetic' : 'real'),
  holds: ['cycle', 'identity'],
  steps: 800,
  presets: ['live'],
  options: cycleganOptions,
  game,
  refine: (play, x, config) => play(wayOf(config).maker, x),
});
