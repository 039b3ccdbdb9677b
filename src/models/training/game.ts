/** An adversarial game as data: its networks, what each side minimises, and what is measured. */

import type * as tf from '@tensorflow/tfjs-core';
import { within } from '../../engine/tensor-record.js';
import type { Program, TensorRecord, Tensors } from '../../engine/types.js';
import { randomAt } from '../../random.js';
import { accuracyOf } from '../losses/adversarial.js';
import type { Network } from '../networks/network.js';
import { spectrallyNormalised } from '../networks/spectral-norm.js';
import type { AdversarialConfig } from '../options/common.js';
import type { Turn } from '../safeguards/balance.js';
import { type Networks, type Play, playWith } from './play.js';
import { averaged, descend, keptStatistics, playerState, type Role } from './players.js';
import { CHECKED, type Plan, type Rules } from './rules.js';
import type { Update, UpdateInput } from './update.js';

/** A network and the side that it is on. */
export interface Player {
  // biome-ignore lint/suspicious/noExplicitAny: a game mixes networks of pictures, vectors and both.
  readonly network: Network<any, any>;
  readonly role: Role;
}

/** What a move gives: what its players minimise, and what it reports by the names of `Update`. */
export interface Outcome {
  readonly loss: tf.Scalar;
  readonly reports?: Tensors;
}

/** One update of some players together; all others are frozen. */
export interface Move {
  readonly players: readonly string[];
  /** Pure. It is run twice a step, inside and outside the gradient; an engine that compiles merges the two. */
  loss(play: Play, inputs: Tensors): Outcome;
}

/** What a measurement on held-out pictures gives. */
export interface Checked {
  /** Pictures that inference makes. */
  readonly refined: tf.Tensor4D;
  /** The discriminator's logits of them, and of real ones. */
  readonly ofRefined: tf.Tensor;
  readonly ofReal: tf.Tensor;
  /** What made pictures are compared with, where that is neither their input nor nothing. */
  readonly control?: tf.Tensor4D;
  /** Scalars of the recipe's own. */
  readonly measures?: Tensors;
}

/** The game of one configuration. */
export interface Game {
  readonly players: Readonly<Record<string, Player>>;
  /** The inputs of a step's moves. */
  readonly inputs: Readonly<Record<string, UpdateInput>>;
  readonly generator: Move;
  readonly discriminator: Move;
  /** So many first steps in which one move is made alone. */
  readonly pretraining?: { readonly steps: number; readonly move: Move };
  /** Pictures that each history keeps, by name: see `InputSource`. */
  readonly histories?: Readonly<Record<string, number>>;
  /** Measures in inference mode, with average weights where they are kept, on as many pictures as its inputs say. */
  check(play: Play, inputs: Tensors): Checked;
  /** Inputs of {@link check}: pictures are {@link CHECKED} of each kind. */
  readonly checkInputs: Readonly<Record<string, UpdateInput>>;
}

/** What a recipe says besides its game. */
export type GameSettings = Pick<Rules, 'fixed' | 'control' | 'refines' | 'keepsPicture' | 'classes'>;

/** The names of the players on one side. */
export function playersOf(game: Game, role: Role): string[] {
  return Object.entries(game.players).flatMap(([name, player]) => (player.role === role ? [name] : []));
}

/** The networks of a game. */
export function networksIn(game: Game): Networks {
  return Object.fromEntries(Object.entries(game.players).map(([name, { network }]) => [name, network]));
}

/** The same game with every discriminator spectrally normalised. */
export function withSpectralNorm(game: Game): Game {
  const players = Object.entries(game.players).map(([name, { role, network }]): [string, Player] => {
    return [name, { role, network: role === 'discriminator' ? spectrallyNormalised(network) : network }];
  });
  return { ...game, players: Object.fromEntries(players) };
}

/** A training's rules from a game: each step makes both moves from the same old weights, or the one whose turn it is. */
export function rulesOf(game: Game, config: AdversarialConfig, settings: GameSettings): Rules {
  const { generator, discriminator, pretraining, inputs } = game;
  const moves = { refiner: moveProgram('generator', generator, game, config) };
  const programs = { ...moves, discriminator: moveProgram('discriminator', discriminator, game, config) };
  const both: Program = (given, state) => {
    const [ofG, ofD] = [programs.refiner(given, state), programs.discriminator(given, state)];
    return { outputs: { ...ofG.outputs, ...ofD.outputs }, state: { ...ofG.state, ...ofD.state } };
  };
  const updates: Record<string, Update> = {
    refiner: { program: programs.refiner, inputs },
    discriminator: { program: programs.discriminator, inputs },
    both: { program: both, inputs },
    check: { program: checkProgram(game, config), inputs: game.checkInputs },
  };
  if (pretraining) {
    updates.pretraining = { program: moveProgram('generator', pretraining.move, game, config), inputs };
  }
  return {
    ...settings,
    config,
    fresh: freshState(game, config),
    generators: playersOf(game, 'generator'),
    updates,
    histories: game.histories ?? {},
    plan: (step, turn) => planOf(game, config, step, turn),
    check: 'check',
  };
}

function freshState(game: Game, config: AdversarialConfig): TensorRecord {
  const parts = Object.entries(game.players).map(([name, { network, role }]) =>
    playerState(name, role, network.init(randomAt(config.seed, 'weights', name)), config),
  );
  return Object.assign({}, ...parts);
}

function planOf({ inputs, pretraining }: Game, { batch }: AdversarialConfig, step: number, turn: Turn): Plan {
  const drawn = (kind: 'synthetic' | 'real') => (Object.values(inputs).some(({ from }) => from === kind) ? batch : 0);
  const draws = { synthetic: drawn('synthetic'), real: drawn('real') };
  const one = (name: string) => [{ name, k: 0, synthetic: 0, real: 0 }];
  return step < (pretraining?.steps ?? 0)
    ? { phase: 'pretrain', draws, updates: one('pretraining'), phaseUpdates: ['pretraining'], adversarial: false }
    : { phase: 'adversarial', draws, updates: one(turn), phaseUpdates: ['both', 'check'], adversarial: true };
}

function moveProgram(name: string, move: Move, game: Game, config: AdversarialConfig): Program {
  const networks = networksIn(game);
  const roles = Object.fromEntries(move.players.map((player) => [player, game.players[player]?.role as Role]));
  return (inputs, state) => {
    const descent = descend(name, roles, state, config, (weights) => {
      return move.loss(playWith(networks, state, 'training', { weights }), inputs).loss;
    });
    // The same computation outside the gradient, for what it reports and leaves behind.
    const statistics: Record<string, Tensors> = {};
    const { reports = {} } = move.loss(playWith(networks, state, 'training', { statistics }), inputs);
    const next: Tensors = { ...descent.state };
    for (const [player, role] of Object.entries(roles)) {
      if (role === 'generator') {
        Object.assign(next, averaged(player, state, descent.state, descent.accepted, config.emaDecay));
      }
      Object.assign(next, keptStatistics(player, statistics[player] ?? {}, descent.accepted, state));
    }
    return { outputs: { ...reports, ...descent.outputs }, state: next };
  };
}

function checkProgram(game: Game, config: AdversarialConfig): Program {
  const networks = networksIn(game);
  return (inputs, state) => {
    const averages: Tensors = {};
    for (const player of config.emaDecay > 0 ? playersOf(game, 'generator') : []) {
      for (const [name, value] of Object.entries(within(`${player}/average/`, state))) {
        averages[`${player}/weights/${name}`] = value;
      }
    }
    const play = playWith(networks, state, 'inference', { weights: averages });
    const { refined, ofRefined, ofReal, control, measures = {} } = game.check(play, inputs);
    return {
      outputs: {
        refined,
        'accuracy-refined': accuracyOf(ofRefined, 'refined'),
        'accuracy-real': accuracyOf(ofReal, 'real'),
        ...(control && { control }),
        ...Object.fromEntries(Object.entries(measures).map(([measure, value]) => [`measure-${measure}`, value])),
      },
    };
  };
}

/** Pictures of the configuration's size as an input. */
export function picturesInput(
  from: 'synthetic' | 'real',
  { width, height }: Pick<AdversarialConfig, 'width' | 'height'>,
  count: number,
): UpdateInput {
  return { shape: [count, height, width, 3], from };
}

export { CHECKED };
