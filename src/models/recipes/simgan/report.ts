/** What the updates of a step gave, as the step's report. */
import type { Match } from '../../brakes/balance.js';
import type { StepReport } from '../../types.js';

/** Scalars that an update gave. */
export type UpdateReport = Readonly<Record<string, number>>;

/** Mean over the updates that gave it; NaN where none did. */
export function meanOf(reports: readonly UpdateReport[], name: string): number {
  const values = reports.flatMap((report) => report[name] ?? []);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The part of a report that the updates decide. */
export function measured(
  reports: readonly UpdateReport[],
): Pick<StepReport, 'losses' | 'accuracy' | 'crossEntropy' | 'change' | 'variety' | 'gradientNorms'> {
  const mean = (name: string) => meanOf(reports, name);
  const match = matchOf(reports);
  return {
    losses: given(reports, ['refiner', 'adversarial', 'discriminator', 'penalty'], '-loss'),
    accuracy: { real: match.real ?? Number.NaN, refined: match.refined ?? Number.NaN },
    ...(match.loss !== undefined && { crossEntropy: match.loss }),
    change: mean('change'),
    variety: mean('variety'),
    gradientNorms: given(reports, ['refiner', 'discriminator'], '-gradient-norm'),
  };
}

/** How the discriminator did: on its own batch, or where it made no update on the pictures that the refiner showed it. */
export function matchOf(reports: readonly UpdateReport[]): Match {
  const has = (name: string) => reports.some((report) => name in report);
  const refined = has('accuracy-refined') ? 'accuracy-refined' : 'refiner-met-accuracy';
  return {
    ...(has('accuracy-real') && { real: meanOf(reports, 'accuracy-real') }),
    ...(has(refined) && { refined: meanOf(reports, refined) }),
    ...(has('cross-entropy') && { loss: meanOf(reports, 'cross-entropy') }),
  };
}

/** A phase without a loss has no entry for it. A loss that overflowed is NaN; that stays. */
function given(reports: readonly UpdateReport[], names: readonly string[], ending: string): Record<string, number> {
  return Object.fromEntries(
    names
      .filter((name) => reports.some((report) => name + ending in report))
      .map((name) => [name, meanOf(reports, name + ending)]),
  );
}
