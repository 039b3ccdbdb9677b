/** CycleGAN: pictures of one kind to those of another and back, without pairs. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../engine/types.js';
import { accuracyOf } from '../losses/adversarial.js';
import { gradientPenalty, PENALTY_WEIGHT } from '../losses/gradient-penalty.js';
import { crossEntropyOf, OBJECTIVES } from '../losses/objectives.js';
import { selfRegularisationLoss } from '../losses/self-regularisation.js';
import { varietyKept } from '../losses/variety.js';
import { LIVE_STEP, liveDiscriminator, liveRefiner } from '../networks/live.js';
import { spectrallyNormalised } from '../networks/spectral-norm.js';
import { need } from '../tensor-record.js';
import { objectiveInputs } from '../training/adversarial-moves.js';
import { type AdversarialConfig, integer, number, oneOf, side } from '../training/config.js';
import { defineRecipe } from '../training/define-recipe.js';
import { CHECKED, type Game, type Move, picturesInput } from '../training/game.js';
import type { Play } from '../training/play.js';
import { examinedShare } from '../training/rules.js';
import type { UpdateInput } from '../training/update.js';

/** Options of `cyclegan`. */
export interface CycleganConfig extends AdversarialConfig {
  /**
   * Which generator refines, and is measured: the one that makes synthetic pictures real, or the other. Both learn all the time, so it
   * may change between two runs. Default `to-real`.
   */
  readonly direction: 'to-real' | 'to-synthetic';
  /** Weight of the cycle loss, mean |F(G(x)) − x| + |G(F(y)) − y|. Default 10, as in the paper. */
  readonly cycle: number;
  /** Weight of the identity loss, mean |G(y) − y| + |F(x) − x|: what is of the kind already is to stay. Default 5, as in the paper. */
  readonly identity: number;
  /** Pictures that the history of each discriminator keeps. 0: none, else half a batch at least. Default 50, as in the paper. */
  readonly historySize: number;
  /** Feature maps of each generator at a quarter of the size. Default 32. */
  readonly generatorMaps: number;
  /** Residual blocks of each generator. Default 2. */
  readonly generatorBlocks: number;
  /** Feature maps of each discriminator's first layer. Default 24. */
  readonly discriminatorMaps: number;
}

/** A way through the game: which generator makes whose pictures, who judges them, and who leads back. */
interface Way {
  readonly from: 'x' | 'y';
  readonly to: 'x' | 'y';
  readonly maker: string;
  readonly back: string;
  readonly judge: string;
  readonly history: string;
}

const TO_REAL: Way = {
  from: 'x',
  to: 'y',
  maker: 'toReal',
  back: 'toSynthetic',
  judge: 'ofReal',
  history: 'asReal',
};
const TO_SYNTHETIC: Way = {
  from: 'y',
  to: 'x',
  maker: 'toSynthetic',
  back: 'toReal',
  judge: 'ofSynthetic',
  history: 'asSynthetic',
};
const WAYS = [TO_REAL, TO_SYNTHETIC] as const;

function wayOf({ direction }: CycleganConfig): Way {
  return direction === 'to-real' ? TO_REAL : TO_SYNTHETIC;
}

/** What both ways give, in their order. */
type Both<T> = readonly [T, T];

function both<T>(of: (way: Way) => T): Both<T> {
  return [of(TO_REAL), of(TO_SYNTHETIC)];
}

const pictures = (inputs: Tensors, name: string) => need<tf.Tensor4D>(inputs, name);
const sum = ([a, b]: Both<tf.Scalar>): tf.Scalar => tf.add(a, b);
const mean = (values: Both<tf.Scalar>): tf.Scalar => tf.mul(sum(values), 0.5);

/** Pictures of each batch that a discriminator is shown from its history: half. */
function historyShare({ historySize, batch }: CycleganConfig): number {
  return historySize === 0 ? 0 : Math.floor(batch / 2);
}

function game(config: CycleganConfig): Game {
  const { batch, generatorMaps, generatorBlocks, discriminatorMaps, historySize } = config;
  const generator = liveRefiner({ maps: generatorMaps, blocks: generatorBlocks });
  const plain = liveDiscriminator({ maps: discriminatorMaps });
  const discriminator = config.spectralNorm ? spectrallyNormalised(plain) : plain;
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
    histories: historyShare(config) === 0 ? {} : Object.fromEntries(WAYS.map(({ history }) => [history, historySize])),
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

/** The pictures that a generator makes of its own kind of input, and of the kind that it is to reach, in one pass. */
function made(
  play: Play,
  inputs: Tensors,
  { from, to, maker }: Way,
): { readonly fresh: tf.Tensor4D; readonly same: tf.Tensor4D } {
  const [fresh, same] = tf.split(play(maker, tf.concat([pictures(inputs, from), pictures(inputs, to)])), 2);
  return { fresh: fresh as tf.Tensor4D, same: same as tf.Tensor4D };
}

/** Pictures of the way that is measured, for the examiner. */
function examined(fresh: Both<tf.Tensor4D>, config: CycleganConfig): Tensors {
  const share = examinedShare(config);
  return share === 0 ? {} : { examined: tf.slice(fresh[WAYS.indexOf(wayOf(config))] as tf.Tensor4D, 0, share) };
}

/** Both generators together: the adversarial, the cycle and the identity loss of both ways. */
function generatorMove(config: CycleganConfig): Move {
  const objective = OBJECTIVES[config.objective];
  const measured = wayOf(config);
  const index = WAYS.indexOf(measured);
  return {
    players: ['toReal', 'toSynthetic'],
    loss(play, inputs) {
      const of = both((way) => made(play, inputs, way));
      const fresh: Both<tf.Tensor4D> = [of[0].fresh, of[1].fresh];
      const logits = both((way) => play(way.judge, fresh[WAYS.indexOf(way)] as tf.Tensor4D));
      const cycles = both((way) =>
        selfRegularisationLoss(play(way.back, fresh[WAYS.indexOf(way)] as tf.Tensor4D), pictures(inputs, way.from)),
      );
      const identities = both((way) =>
        selfRegularisationLoss((of[WAYS.indexOf(way)] as (typeof of)[0]).same, pictures(inputs, way.to)),
      );
      const [adversarial, cycle, identity] = [
        sum([objective.refiner(logits[0]), objective.refiner(logits[1])]),
        sum(cycles),
        sum(identities),
      ];
      const before = pictures(inputs, measured.from);
      const after = fresh[index] as tf.Tensor4D;
      return {
        loss: tf.addN([adversarial, tf.mul(cycle, config.cycle), tf.mul(identity, config.identity)]) as tf.Scalar,
        reports: {
          'adversarial-loss': adversarial,
          'cycle-loss': cycle,
          'identity-loss': identity,
          'refiner-met-accuracy': mean([accuracyOf(logits[0], 'refined'), accuracyOf(logits[1], 'refined')]),
          'measure-cycle': cycles[index] as tf.Scalar,
          change: selfRegularisationLoss(after, before),
          variety: varietyKept(after, before),
          ...examined(fresh, config),
        },
      };
    },
  };
}

/** Both discriminators together, on pictures that are half fresh and half of their histories. */
function discriminatorMove(config: CycleganConfig): Move {
  const objective = OBJECTIVES[config.objective];
  const { batch } = config;
  const share = historyShare(config);
  return {
    players: ['ofReal', 'ofSynthetic'],
    loss(play, inputs) {
      const fresh = both((way) => made(play, inputs, way).fresh);
      const judged = both((way) => {
        const own = fresh[WAYS.indexOf(way)] as tf.Tensor4D;
        const spare = tf.slice(own, batch - share, share);
        const shown =
          share === 0 ? own : tf.concat([tf.slice(own, 0, batch - share), recalled(spare, inputs, way.history)]);
        const real = pictures(inputs, way.to);
        const [ofMade, ofReal] = tf.split(play(way.judge, tf.concat([shown, real])), 2) as [tf.Tensor, tf.Tensor];
        const penalty = objective.penalty
          ? gradientPenalty((between) => play(way.judge, between), shown, real, need(inputs, 'interpolation'))
          : tf.scalar(0);
        return { spare, ofMade, ofReal, penalty, loss: objective.discriminator(ofMade, ofReal, config.labelSmoothing) };
      });
      const [a, b] = judged;
      const loss = tf.add<tf.Scalar>(a.loss, b.loss);
      return {
        loss: objective.penalty ? tf.add(loss, tf.mul(tf.add(a.penalty, b.penalty), PENALTY_WEIGHT)) : loss,
        reports: {
          ...(objective.penalty && { 'penalty-loss': tf.add(a.penalty, b.penalty) }),
          'cross-entropy': mean([
            crossEntropyOf(objective, a.ofMade, a.ofReal),
            crossEntropyOf(objective, b.ofMade, b.ofReal),
          ]),
          'accuracy-refined': mean([accuracyOf(a.ofMade, 'refined'), accuracyOf(b.ofMade, 'refined')]),
          'accuracy-real': mean([accuracyOf(a.ofReal, 'real'), accuracyOf(b.ofReal, 'real')]),
          ...(share > 0 &&
            Object.fromEntries(WAYS.map(({ history }, i) => [`fresh-${history}`, judged[i as 0 | 1].spare]))),
          ...examined(fresh, config),
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
  const entries = WAYS.flatMap(({ history }): [string, UpdateInput][] => [
    [history, { shape: [share, config.height, config.width, 3], from: { history } }],
    [`${history}-remembered`, { shape: [share, 1, 1, 1], from: { remembered: history } }],
  ]);
  return Object.fromEntries(entries);
}

export const cyclegan = defineRecipe<CycleganConfig>({
  name: 'cyclegan',
  description:
    'CycleGAN: pictures of one kind to another and back, without pairs, by two generators (Zhu et al., ICCV 2017)',
  learnsFrom: 'unpaired',
  keepsPicture: true,
  refines: ({ direction }) => (direction === 'to-real' ? 'synthetic' : 'real'),
  presets: {
    live: {
      width: 64,
      height: 64,
      batch: 8,
      objective: 'least-squares',
      learningRate: 5e-4,
      discriminatorPace: 2,
      direction: 'to-real',
      cycle: 10,
      identity: 5,
      historySize: 50,
      generatorMaps: 32,
      generatorBlocks: 2,
      discriminatorMaps: 24,
    },
  },
  checks: {
    width: side(LIVE_STEP, 24),
    height: side(LIVE_STEP, 24),
    direction: oneOf('to-real', 'to-synthetic'),
    cycle: number(0, 1e6),
    identity: number(0, 1e6),
    historySize: (value, config) =>
      value === 0 ? undefined : integer(Math.max(1, Math.floor(Number(config.batch) / 2)), 1_000_000)(value, config),
    generatorMaps: integer(1, 512),
    generatorBlocks: integer(0, 64),
    discriminatorMaps: integer(1, 512),
  },
  fixed: ['historySize', 'generatorMaps', 'generatorBlocks', 'discriminatorMaps'],
  game,
  refine: (play, x, config) => play(wayOf(config).maker, x),
});
