/** What the updates of a step gave, as the step's report. */
import type { Match } from '../safeguards/balance.js';
import type { StepReport } from '../types.js';

/** Scalars that an update gave. */
export type UpdateReport = Readonly<Record<string, number>>;

/** Mean over the updates that gave it; NaN where none did. */
export function meanOf(reports: readonly UpdateReport[], name: string): number {
  const values = reports.flatMap((report) => report[name] ?? []);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

type Measured = Pick<
  StepReport,
  'losses' | 'accuracy' | 'crossEntropy' | 'change' | 'variety' | 'gradientNorms' | 'measures'
>;

/** The part of a report that the updates decide. */
export function measured(reports: readonly UpdateReport[]): Measured {
  const match = matchOf(reports);
  const measures = gathered(reports, /^measure-(.+)$/);
  return {
    losses: gathered(reports, /^(.+)-loss$/),
    accuracy: { real: match.real ?? Number.NaN, refined: match.refined ?? Number.NaN },
    ...(match.loss !== undefined && { crossEntropy: match.loss }),
    ...(has(reports, 'change') && { change: meanOf(reports, 'change') }),
    ...(has(reports, 'variety') && { variety: meanOf(reports, 'variety') }),
    ...(Object.keys(measures).length > 0 && { measures }),
    gradientNorms: gathered(reports, /^(.+)-gradient-norm$/),
  };
}

/** How the discriminator did: on its own batch, or where it made no update on the pictures that the generator showed it. */
export function matchOf(reports: readonly UpdateReport[]): Match {
  const refined = has(reports, 'accuracy-refined') ? 'accuracy-refined' : 'refiner-met-accuracy';
  return {
    ...(has(reports, 'accuracy-real') && { real: meanOf(reports, 'accuracy-real') }),
    ...(has(reports, refined) && { refined: meanOf(reports, refined) }),
    ...(has(reports, 'cross-entropy') && { loss: meanOf(reports, 'cross-entropy') }),
  };
}

function has(reports: readonly UpdateReport[], name: string): boolean {
  return reports.some((report) => name in report);
}

/** Means of all outputs whose name fits, by the part of it in brackets. A loss that overflowed is NaN; that stays. */
function gathered(reports: readonly UpdateReport[], pattern: RegExp): Record<string, number> {
  const names = new Set(reports.flatMap((report) => Object.keys(report)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const short = pattern.exec(name)?.[1];
      return short === undefined ? [] : [[short, meanOf(reports, name)]];
    }),
  );
}
