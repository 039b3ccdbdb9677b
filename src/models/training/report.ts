/** Combines the outputs of a step's updates into the step's report. */
import type { DiscriminatorScores } from '../safeguards/balance.js';
import type { StepReport } from '../types.js';
import type { Metrics, UpdateOutputs } from './update-outputs.js';

type Measured = Pick<
  StepReport,
  'losses' | 'accuracy' | 'crossEntropy' | 'change' | 'variety' | 'gradientNorms' | 'measures'
>;

/** The part of a report that comes from the updates, as means over the updates that measured something. */
export function measured(updates: readonly UpdateOutputs[]): Measured {
  const { real = Number.NaN, refined = Number.NaN, loss: crossEntropy } = discriminatorScores(updates);
  const { change, variety } = meansOf(updates, ({ metrics }) => metrics);
  const measures = meansOf(updates, (update) => update.measures);
  return {
    losses: meansOf(updates, ({ losses }) => losses),
    accuracy: { real, refined },
    ...(crossEntropy !== undefined && { crossEntropy }),
    ...(change !== undefined && { change }),
    ...(variety !== undefined && { variety }),
    ...(Object.keys(measures).length > 0 && { measures }),
    gradientNorms: meansOf(updates, ({ gradientNorms }) => gradientNorms),
  };
}

/** The discriminator's scores on its own batch, or, where it made no update, on the pictures of the generator's update. */
export function discriminatorScores(updates: readonly UpdateOutputs[]): DiscriminatorScores {
  const metrics: Metrics<number> = meansOf(updates, (update) => update.metrics);
  const { accuracyReal: real, accuracyRefined, recognised, crossEntropy: loss } = metrics;
  const refined = accuracyRefined ?? recognised;
  return {
    ...(real !== undefined && { real }),
    ...(refined !== undefined && { refined }),
    ...(loss !== undefined && { loss }),
  };
}

/** For each name, the mean over the updates that have it. The mean of values with NaN is NaN. */
function meansOf<T extends object>(
  updates: readonly UpdateOutputs[],
  of: (update: UpdateOutputs) => T,
): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [name, value] of updates.flatMap((update) => Object.entries(of(update)) as [string, number][])) {
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + value, count: count + 1 });
  }
  return Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]));
}
