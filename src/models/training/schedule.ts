/** Which updates a step makes, and on which pictures. */

import type { AdversarialConfig } from '../options/common.js';
import type { Turn } from '../safeguards/balance.js';
import type { Requirements } from '../types.js';
import type { TrainingDefinition } from './definition.js';

/** An update that a step makes. */
export interface PlannedUpdate {
  readonly name: string;
  /** Which of several updates of this name in the step it is, from 0. It decides the random numbers. */
  readonly k: number;
  /** Which minibatch of the step's synthetic pictures it takes, from 0. */
  readonly synthetic: number;
  /** Which minibatch of the step's real pictures it takes, from 0. */
  readonly real: number;
}

/** A step: the pictures that it draws, and the updates that it makes, in order. */
export interface Plan {
  readonly phase: string;
  readonly draws: Pick<Requirements, 'synthetic' | 'real'>;
  readonly updates: readonly PlannedUpdate[];
  /** The programs that steps of this phase may need. */
  readonly programs: readonly string[];
  /** Whether the phase trains both networks, so that balance and held-out measurements apply. */
  readonly adversarial: boolean;
}

/** The program that makes both updates of a step from the same weights. */
export const JOINT = 'joint';
/** The program that measures on held-out pictures. */
export const MEASUREMENT = 'held-out';

/** The plan of the step after `step` steps. `turn` says which networks it updates. */
export function planOf(
  { schedule, updates }: TrainingDefinition,
  { batch }: Pick<AdversarialConfig, 'batch'>,
  step: number,
  turn: Turn,
): Plan {
  const draws = (names: readonly string[], synthetic = 1, real = 1) => {
    const inputs = names.flatMap((name) => Object.values(updates[name]?.inputs ?? {}));
    const drawn = (kind: 'synthetic' | 'real', times: number) =>
      inputs.some(({ from }) => from === kind) ? times * batch : 0;
    return { synthetic: drawn('synthetic', synthetic), real: drawn('real', real) };
  };
  const once = (name: string) => [{ name, k: 0, synthetic: 0, real: 0 }];

  const { pretraining = [], generator, discriminator, kG = 1, kD = 1 } = schedule;
  let before = 0;
  for (const { phase, steps, update } of pretraining) {
    before += steps;
    if (step < before)
      return { phase, draws: draws([update]), updates: once(update), programs: [update], adversarial: false };
  }

  const adversarial = { phase: 'adversarial', adversarial: true };
  const both = [generator, discriminator];
  if (kG === 1 && kD === 1) {
    const name = { both: JOINT, refiner: generator, discriminator }[turn];
    return { ...adversarial, draws: draws(both), updates: once(name), programs: [JOINT, MEASUREMENT] };
  }
  const ofGenerator = Array.from({ length: turn === 'discriminator' ? 0 : kG }, (_, k): PlannedUpdate => {
    return { name: generator, k, synthetic: k, real: 0 };
  });
  const ofDiscriminator = Array.from({ length: turn === 'refiner' ? 0 : kD }, (_, k): PlannedUpdate => {
    return { name: discriminator, k, synthetic: kG + k, real: k };
  });
  return {
    ...adversarial,
    draws: draws(both, kG + kD, kD),
    updates: [...ofGenerator, ...ofDiscriminator],
    programs: [...both, MEASUREMENT],
  };
}
