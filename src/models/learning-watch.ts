/** Says when adversarial learning goes wrong, and in which of its known ways. */
import type { StepReport } from './types.js';

/** A way in which learning goes wrong. */
export interface LearningTrouble {
  readonly kind: 'discriminator-wins' | 'identity' | 'mode-collapse' | 'not-finite';
  /** The step at which it was seen. */
  readonly step: number;
  /** What happened and what to try, in one line. */
  readonly message: string;
}

/** Adversarial steps before anything is said of averages: networks need some to find their feet. */
const PATIENCE = 300;
/** Share of a new report in the running means: they look back about a hundred steps. */
const SHARE = 0.02;
/** Refused steps in a row that are no accident any more. */
const REFUSED = 10;

interface Means {
  readonly count: number;
  readonly accuracy: number;
  readonly change: number;
  readonly variety: number;
}

const SIGNS: readonly {
  readonly kind: LearningTrouble['kind'];
  seen(means: Means): boolean;
  message(means: Means): string;
}[] = [
  {
    kind: 'discriminator-wins',
    seen: ({ accuracy }) => accuracy > 0.97,
    message: ({ accuracy }) =>
      `the discriminator wins: it is right on ${(100 * accuracy).toFixed(0)} % of patches. Lower lambda, raise kG, or give it less to go by (crops of the same framing).`,
  },
  {
    kind: 'identity',
    seen: ({ change }) => change < 0.004,
    message: ({ change }) =>
      `the refiner changes next to nothing (${change.toFixed(4)} of a range of 2). Lower lambda, or check that the two sources differ.`,
  },
  {
    kind: 'mode-collapse',
    seen: ({ variety }) => variety < 0.15,
    message: ({ variety }) =>
      `refined pictures grow alike: ${(100 * variety).toFixed(0)} % of the variety of their inputs is left. Raise lambda, lower learningRate, or go back to an earlier checkpoint.`,
  },
];

/**
 * Watches the reports of one training. Feed it every report; it returns what has newly gone wrong at that step, most often
 * nothing. A trouble is told once, and again only after it had passed. Memory: a few numbers.
 *
 * - `discriminator-wins`: running mean of its accuracy on both kinds above 97 %
 * - `identity`: running mean of |R(x) − x| below 0.004
 * - `mode-collapse`: refined pictures differ from each other less than 15 % as much as their inputs
 * - `not-finite`: ten steps in a row were refused
 *
 * @example
 * import { openEngine } from 'irisflow/engine';
 * import { recipeNamed, watchLearning } from 'irisflow/models';
 *
 * const recipe = recipeNamed('simgan');
 * const training = await recipe.createTraining(await openEngine(), recipe.configure('live', { width: 32, height: 32 }));
 * const { synthetic, real } = training.requires;
 * const black = (count: number) => new Uint8Array(count * 32 * 32 * 3);
 * const watch = watchLearning();
 * const report = await training.train({ synthetic: black(synthetic), real: black(real) });
 * for (const { kind, message } of watch(report)) console.warn(kind, message);
 * await training.dispose();
 */
export function watchLearning(): (report: StepReport) => readonly LearningTrouble[] {
  let means: Means = { count: 0, accuracy: 0.5, change: 0, variety: 1 };
  let skipped: number | undefined;
  let refused = 0;
  const present = new Set<LearningTrouble['kind']>();

  /** The trouble as news: only when it was not there at the step before. */
  const news = (
    kind: LearningTrouble['kind'],
    seen: boolean,
    step: number,
    message: () => string,
  ): LearningTrouble[] => {
    const known = present.has(kind);
    if (seen) present.add(kind);
    else present.delete(kind);
    return seen && !known ? [{ kind, step, message: message() }] : [];
  };

  return (report) => {
    const { step } = report;
    refused = skipped !== undefined && report.skipped > skipped ? refused + 1 : 0;
    skipped = report.skipped;
    const troubles = news('not-finite', refused >= REFUSED, step, () => {
      return `${refused} steps in a row had no finite loss and were refused. Lower learningRate, or go back to the last checkpoint.`;
    });
    if (report.phase !== 'adversarial' || refused > 0) return troubles;
    means = followed(means, report);
    if (means.count < PATIENCE) return troubles;
    return [
      ...troubles,
      ...SIGNS.flatMap((sign) => news(sign.kind, sign.seen(means), step, () => sign.message(means))),
    ];
  };
}

function followed(means: Means, { accuracy, change, variety = 1 }: StepReport): Means {
  const toward = (mean: number, value: number): number => mean + SHARE * (value - mean);
  return {
    count: means.count + 1,
    // The lower of the two: a discriminator that calls everything real is right on all real pictures.
    accuracy: toward(means.accuracy, Math.min(accuracy.real, accuracy.refined)),
    change: toward(means.change, change),
    variety: toward(means.variety, variety),
  };
}
