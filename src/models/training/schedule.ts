/** Which updates a step makes, and on which pictures. */

import type { AdversarialConfig } from '../options/common.js';
import type { Turn } from '../safeguards/balance.js';
import type { Requirements } from '../types.js';
import type { TrainingDefinition } from './definition.js';

/** An update that a step makes. */
export interface PlannedUpdate {
  readonly name: string;
  /** Which of several in this step it is, from 0: it draws other random numbers than the others. */
  readonly k: number;
  /** Which minibatch it takes of the step's pictures, from 0. */
  readonly synthetic: number;
  readonly real: number;
}

/** A step: what it draws, and the updates that it makes, in order. */
export interface Plan {
  readonly phase: string;
  readonly draws: Pick<Requirements, 'synthetic' | 'real'>;
  readonly updates: readonly PlannedUpdate[];
  /** Programs that steps of this phase may need. */
  readonly programs: readonly string[];
  /** Whether both roles learn: only then can one of them be too strong, and is there something to measure. */
  readonly adversarial: boolean;
}

/** The program that makes both updates of a step from the same old weights. */
export const JOINT = 'joint';
/** The program that measures on held-out pictures. */
export const MEASUREMENT = 'held-out';

/** The step after so many steps. `turn`: which roles learn in it. */
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
