/** Says how adversarial learning goes: in which of its known states it is, and what to do about it. */
import { hasTwoInputs, type RecipeTraits } from '../traits.js';
import type { HeldOutReport, StepReport } from '../types.js';

/**
 * - `starting`: too few steps or measurements to tell
 * - `cannot-tell`: enough of them, but the classifier sees no difference where there is one, so that it says nothing
 * - `learning`: an independent classifier is less accurate on refined pictures than on raw ones
 * - `equilibrium`: the same, and the discriminator is at chance on pictures that it has not seen
 * - `no-progress`: it is as accurate on refined ones as on raw ones
 * - `identity-collapse`: the refiner changes next to nothing
 * - `mode-collapse`: refined pictures grow alike
 * - `structure-lost`: refined pictures no longer show what their inputs show
 * - `discriminator-wins`: right on nearly every patch, and the classifier is as accurate on refined pictures as on raw ones
 * - `discriminator-lost`: at chance, while an independent classifier still knows refined pictures from real ones
 * - `diverged`: updates are refused, good weights had to be brought back, or losses run away
 * - `frozen-input`: an input shows one picture only
 * - `inputs-alike`: the classifier cannot tell raw synthetic pictures from real ones: there is nothing to learn
 */
export type LearningStateName =
  | 'starting'
  | 'cannot-tell'
  | 'learning'
  | 'equilibrium'
  | 'no-progress'
  | 'identity-collapse'
  | 'mode-collapse'
  | 'structure-lost'
  | 'discriminator-wins'
  | 'discriminator-lost'
  | 'diverged'
  | 'frozen-input'
  | 'inputs-alike';

/** How learning goes. */
export interface LearningState {
  /** The state by name. */
  readonly name: LearningStateName;
  /** The step at which it began. */
  readonly since: number;
  /** What it means and what to do, in one line, with the numbers that show it. */
  readonly message: string;
  /** Whether something is wrong. */
  readonly trouble: boolean;
}

/** Adversarial steps, and measurements on held-out pictures, before anything is said of averages. */
const LEAST_STEPS = 100;
const LEAST_CHECKS = 5;
/** Measurements after which a classifier that is still at chance has nothing to find. */
const ENOUGH_CHECKS = 25;
/** Share of a new measurement in the running means: they look back about five measurements. */
const SHARE = 0.2;
/** A state is reported when it was seen at so many measurements in a row: one noisy batch changes nothing. */
const AGREEING = 3;
/** Refused steps in a row that are no accident any more, and how long a roll-back is remembered. */
const REFUSED = 10;
const REMEMBERED = 200;
/** Running mean of the discriminator's cross-entropy, over about fifty steps, that no healthy training comes near: chance is 1.39. */
const RUNAWAY = 10;
const ENTROPY_SHARE = 0.02;

/** Running means of what was measured on held-out pictures. */
interface Means {
  readonly real: number;
  readonly refined: number;
  /** Of recipes whose refined pictures must show what their inputs show; 1, which is no sign of anything, of others. */
  readonly change: number;
  readonly structure: number;
  readonly variety: number;
  readonly spread: number;
  /** Accuracy of the independent classifier on refined pictures and on those of the control. */
  readonly accuracy: number;
  readonly controlAccuracy: number;
}

interface Sign {
  readonly name: LearningStateName;
  readonly trouble: boolean;
  seen(means: Means, traits: RecipeTraits, checks: number): boolean;
  message(means: Means, traits: RecipeTraits): string;
}

/** Advice on these options, such as `lower lambda or structure`; nothing where a recipe has none. */
const advised = (verb: string, { holds = [] }: RecipeTraits) =>
  holds.length > 0 ? [`${verb} ${holds.join(' or ')}`] : [];

/** One sentence of several alternatives. */
function either(...ways: readonly string[]): string {
  const last = ways.at(-1) as string;
  const sentence = ways.length > 1 ? `${ways.slice(0, -1).join(', ')}, or ${last}` : last;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

const STARTING = 'too few steps or measurements to tell whether it learns.';

/** How much lower the accuracy on refined pictures must be than on raw ones: the classifier runs a little behind the refiner. */
const MARGIN = 0.1;
/** The classifier knows something of the difference. */
const COMPETENT = 0.65;

/** What the control's pictures are called. */
const CONTROLS: Readonly<Record<RecipeTraits['control'], string>> = {
  inputs: 'raw ones',
  baseline: 'those of the baseline',
  'double-exposures': 'double exposures',
};

const compared = ({ accuracy, controlAccuracy }: Means, { control }: RecipeTraits) =>
  `an independent classifier tells ${control === 'double-exposures' ? 'generated' : 'refined'} patches from real ones ${percent(accuracy)} of the time, ${CONTROLS[control]} ${percent(controlAccuracy)}`;

/** In order of precedence: the first that is seen is the state. */
const SIGNS: readonly Sign[] = [
  {
    name: 'frozen-input',
    trouble: true,
    seen: ({ spread }) => spread < 0.005,
    message: () =>
      'an input shows one picture only, so nothing can be learnt from it. Check that the camera or video moves and is not black.',
  },
  {
    name: 'inputs-alike',
    trouble: true,
    // Of pairs an input may look like its target, and without a second input there is nothing that could be alike.
    seen: ({ controlAccuracy }, { learnsFrom }, checks) =>
      learnsFrom === 'unpaired' && controlAccuracy < COMPETENT && checks >= ENOUGH_CHECKS,
    message: ({ controlAccuracy }) =>
      `an independent classifier cannot tell raw synthetic pictures from real ones (${percent(controlAccuracy)} right, 50 % is chance): there is nothing to learn. Check that the two inputs are what they should be.`,
  },
  {
    name: 'mode-collapse',
    trouble: true,
    seen: ({ variety }) => variety < 0.15,
    message: ({ variety }, traits) =>
      `refined pictures grow alike: ${percent(variety)} of the variety of their inputs is left. ${either(...advised('raise', traits), 'lower learningRate', 'go back to an earlier checkpoint')}`,
  },
  {
    name: 'structure-lost',
    trouble: true,
    seen: ({ structure }) => structure < 0.3,
    message: ({ structure }, traits) =>
      `refined pictures no longer show what their inputs show (correlation of brightness ${structure.toFixed(2)}). ${either(...advised('raise', traits), 'go back to an earlier checkpoint')}`,
  },
  {
    name: 'starting',
    trouble: false,
    seen: ({ controlAccuracy }, _traits, checks) => controlAccuracy < COMPETENT && checks < ENOUGH_CHECKS,
    message: () => STARTING,
  },
  {
    name: 'cannot-tell',
    trouble: false,
    seen: ({ controlAccuracy }) => controlAccuracy < COMPETENT,
    message: ({ controlAccuracy }, { control }) =>
      `cannot be told: an independent classifier tells ${CONTROLS[control]} from real ones only ${percent(controlAccuracy)} of the time, so it says nothing of others. See the recipe's own measures.`,
  },
  {
    name: 'identity-collapse',
    trouble: true,
    seen: ({ change }) => change < 0.01,
    message: ({ change }, traits) =>
      `the refiner changes next to nothing (${change.toFixed(4)} of a range of 2). ${either(...advised('lower', traits), 'raise learningRate')}`,
  },
  {
    name: 'discriminator-wins',
    trouble: true,
    seen: ({ real, refined, accuracy, controlAccuracy }) =>
      Math.min(real, refined) > 0.95 && accuracy > 0.9 && accuracy > controlAccuracy - MARGIN,
    message: (means, traits) =>
      `the discriminator wins: it is right on ${percent(Math.min(means.real, means.refined))} of unseen patches, and ${compared(means, traits)}. ${either('lower discriminatorLrScale', ...advised('lower', traits), 'give it less to go by (crops of the same framing)')}`,
  },
  {
    name: 'discriminator-lost',
    trouble: true,
    seen: ({ real, refined, accuracy, controlAccuracy }) =>
      (real + refined) / 2 < 0.55 && accuracy > 0.7 && accuracy > controlAccuracy - MARGIN,
    message: (means, traits) =>
      `the discriminator has lost: it is right on ${percent((means.real + means.refined) / 2)} of unseen patches, while ${compared(means, traits)}. Raise discriminatorLrScale, or lower learningRate.`,
  },
  {
    name: 'equilibrium',
    trouble: false,
    seen: ({ real, refined, accuracy, controlAccuracy }) =>
      Math.abs((real + refined) / 2 - 0.5) < 0.08 && accuracy < controlAccuracy - 1.5 * MARGIN,
    message: (means, traits) =>
      `equilibrium: the discriminator is right on ${percent((means.real + means.refined) / 2)} of unseen patches, near chance, and ${compared(means, traits)}.`,
  },
  {
    name: 'learning',
    trouble: false,
    seen: ({ accuracy, controlAccuracy }) => accuracy < controlAccuracy - MARGIN,
    message: (means, traits) => `learning: ${compared(means, traits)}.`,
  },
  {
    name: 'no-progress',
    trouble: false,
    seen: () => true,
    message: (means, traits) =>
      `no progress yet: ${compared(means, traits)}. If this stays: ${either(...advised('lower', traits), 'give it more varied pictures')}`,
  },
];

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/**
 * Watches the reports of one training. Feed it every report; it returns the state after that step. Only measurements on held-out
 * pictures decide (`StepReport.heldOut`), so a training that has none stays `starting`; `diverged` needs none. Nothing is called
 * learning where an independent classifier sees no difference. Memory: a few numbers.
 *
 * @param traits what the recipe declares: it decides which states there can be, and which options are named in advice
 *
 * @example
 * import { openEngine } from 'irisflow/engine';
 * import { recipeNamed, watchLearning } from 'irisflow/models';
 *
 * const recipe = recipeNamed('simgan');
 * const training = await recipe.createTraining(await openEngine(), recipe.configure('live', { width: 32, height: 32 }));
 * const { synthetic, real } = training.requires;
 * const black = (count: number) => new Uint8Array(count * 32 * 32 * 3);
 * const watch = watchLearning(recipe);
 * const report = await training.train({ synthetic: black(synthetic), real: black(real) });
 * const { name, message } = watch(report);
 * console.log(name, message);
 * await training.dispose();
 */
export function watchLearning(traits: RecipeTraits): (report: StepReport) => LearningState {
  let state: LearningState = { name: 'starting', since: 0, message: STARTING, trouble: false };
  let means: Means | undefined;
  let checks = 0;
  let steps = 0;
  let candidate: { name: LearningStateName; times: number } = { name: 'starting', times: 0 };
  const diverged = divergence();

  return (report) => {
    const { step, heldOut } = report;
    const reason = diverged(report);
    if (reason !== undefined) {
      const since = state.name === 'diverged' ? state.since : step;
      state = { name: 'diverged', since, message: reason, trouble: true };
      return state;
    }
    if (report.phase === 'adversarial') steps++;
    if (heldOut === undefined) return state;
    means = followed(means, heldOut, traits);
    checks++;
    if (steps < LEAST_STEPS || checks < LEAST_CHECKS) return state;
    const sign = SIGNS.find(({ seen }) => seen(means as Means, traits, checks)) as Sign;
    candidate = { name: sign.name, times: sign.name === candidate.name ? candidate.times + 1 : 1 };
    if (sign.name !== state.name && candidate.times < AGREEING) return state;
    const since = sign.name === state.name ? state.since : step;
    state = { name: sign.name, since, message: sign.message(means, traits), trouble: sign.trouble };
    return state;
  };
}

/** Why a training counts as diverged at a report; `undefined` where it does not. */
function divergence(): (report: StepReport) => string | undefined {
  let before: StepReport | undefined;
  let refused = 0;
  let rolledBack = Number.NEGATIVE_INFINITY;
  let mean = 0;
  return (report) => {
    const { step, skipped, rollbacks = 0 } = report;
    if (before) {
      refused = skipped > before.skipped ? refused + 1 : 0;
      if (rollbacks > (before.rollbacks ?? 0)) rolledBack = step;
    }
    before = report;
    const { crossEntropy } = report;
    if (crossEntropy !== undefined && Number.isFinite(crossEntropy)) mean += ENTROPY_SHARE * (crossEntropy - mean);
    if (step - rolledBack < REMEMBERED) {
      return `diverged: losses were not finite, and at step ${rolledBack} the last good weights were brought back (${rollbacks} times so far). Lower learningRate if it happens again.`;
    }
    if (refused >= REFUSED) {
      return `diverged: ${refused} steps in a row had no finite loss and were refused. Lower learningRate, or go back to an earlier checkpoint.`;
    }
    if (mean > RUNAWAY) {
      return `diverged: the discriminator's cross-entropy has run away (${mean.toFixed(1)}, chance is 1.39). Lower learningRate, or go back to an earlier checkpoint.`;
    }
    return undefined;
  };
}

function followed(
  means: Means | undefined,
  { accuracy, change, structure, variety, spread, twoSample }: HeldOutReport,
  { learnsFrom, keepsPicture }: RecipeTraits,
): Means {
  const now: Means = {
    real: accuracy.real,
    refined: accuracy.refined,
    change: keepsPicture ? (change ?? Number.NaN) : 1,
    structure: keepsPicture ? (structure ?? Number.NaN) : 1,
    variety,
    spread: hasTwoInputs(learnsFrom) ? Math.min(spread.synthetic ?? Number.NaN, spread.real) : spread.real,
    accuracy: twoSample.refined,
    controlAccuracy: twoSample.synthetic,
  };
  if (means === undefined) return now;
  const toward = (name: keyof Means) => means[name] + SHARE * (now[name] - means[name]);
  return Object.fromEntries(Object.keys(now).map((name) => [name, toward(name as keyof Means)])) as unknown as Means;
}
