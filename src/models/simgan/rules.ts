/** SimGAN's Algorithm 1 as rules: which updates a step makes, and on which pictures. */
import { randomAt } from '../../random.js';
import { fixedOptions } from '../options/configure.js';
import type { Turn } from '../safeguards/balance.js';
import { SIMGAN, type SimganConfig } from '../simgan-options.js';
import { playerState } from '../training/players.js';
import type { Plan, PlannedUpdate, Rules } from '../training/rules.js';
import { type Networks, networksOf } from './networks.js';
import { updatesOf } from './updates.js';

/** The state before the first step, for these networks. */
export function initialState({ R, D }: Networks, config: SimganConfig) {
  const random = (network: string) => randomAt(config.seed, 'weights', network);
  return {
    ...playerState('refiner', 'generator', R.init(random('refiner')), config),
    ...playerState('discriminator', 'discriminator', D.init(random('discriminator')), config),
  };
}

/** The rules of a configuration; other `networks` than its own only where someone tries them out. */
export function rulesOf(config: SimganConfig, networks: Networks = networksOf(config)): Rules {
  return {
    config,
    fixed: fixedOptions(SIMGAN),
    fresh: initialState(networks, config),
    generators: ['refiner'],
    updates: updatesOf(networks, config),
    histories: { history: config.historySize },
    plan: (step, turn) => planOf(config, step, turn),
    check: 'check',
    control: 'synthetic',
    keepsPicture: true,
    classes: 0,
    ...(networks.iris && { release: networks.iris.dispose }),
  };
}

/** The parts of the algorithm: `pretrain-refiner`, `pretrain-discriminator`, `adversarial`. */
function planOf(config: SimganConfig, step: number, turn: Turn): Plan {
  const { batch: b, pretrainRefiner, pretrainDiscriminator } = config;
  const alone = (phase: string, name: string, real: number): Plan => ({
    phase,
    draws: { synthetic: b, real },
    updates: [{ name, k: 0, synthetic: 0, real: 0 }],
    phaseUpdates: [name],
    adversarial: false,
  });
  if (step < pretrainRefiner) return alone('pretrain-refiner', 'refinerAlone', 0);
  if (step < pretrainRefiner + pretrainDiscriminator) return alone('pretrain-discriminator', 'discriminator', b);
  return adversarialStep(config, turn);
}

/** K_g refiner updates, then K_d discriminator updates, each on a minibatch of its own; one of each is made from one R(x). */
function adversarialStep({ batch: b, kG, kD }: SimganConfig, turn: Turn): Plan {
  const [phase, adversarial] = ['adversarial', true];
  if (kG === 1 && kD === 1) {
    const updates = [{ name: turn, k: 0, synthetic: 0, real: 0 }];
    return { phase, draws: { synthetic: b, real: b }, updates, phaseUpdates: ['both', 'check'], adversarial };
  }
  const ofRefiner = Array.from({ length: turn === 'discriminator' ? 0 : kG }, (_, k): PlannedUpdate => {
    return { name: 'refiner', k, synthetic: k, real: 0 };
  });
  const ofDiscriminator = Array.from({ length: turn === 'refiner' ? 0 : kD }, (_, k): PlannedUpdate => {
    return { name: 'discriminator', k, synthetic: kG + k, real: k };
  });
  return {
    phase,
    draws: { synthetic: (kG + kD) * b, real: kD * b },
    updates: [...ofRefiner, ...ofDiscriminator],
    phaseUpdates: ['refiner', 'discriminator', 'check'],
    adversarial,
  };
}
