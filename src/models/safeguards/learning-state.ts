/** The learning state: which known state an adversarial training is in, and what to do about it. */
import { hasTwoInputs, type RecipeTraits } from '../traits.js';
import type { HeldOutReport, StepReport } from '../types.js';

/**
 * The state of a training. "The classifier" is the two-sample classifier, and "the control" is what it compares besides refined pictures
 * (`ControlKind`): raw pictures in most recipes.
 * - `starting`: there are too few steps or measurements
 * - `cannot-tell`: the classifier cannot recognise the control, so that its accuracy on refined pictures has no meaning
 * - `learning`: the classifier is less accurate on refined pictures than on the control
 * - `equilibrium`: the same, and the discriminator is at chance on held-out pictures
 * - `no-progress`: the classifier is as accurate on refined pictures as on the control
 * - `identity-collapse`: the refiner changes almost nothing
 * - `mode-collapse`: refined pictures have become alike
 * - `structure-lost`: refined pictures no longer show what their inputs show
 * - `discriminator-wins`: the discriminator is right about nearly every patch, and the classifier sees no progress
 * - `discriminator-lost`: the discriminator is at chance, while the classifier recognises refined pictures
 * - `diverged`: updates are refused, the last good weights were restored, or the discriminator's cross-entropy is far above chance
 * - `frozen-input`: an input shows one picture only
 * - `inputs-alike`: the classifier cannot distinguish raw synthetic pictures from real ones, so that there is nothing to learn
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

/** How a training goes. */
export interface LearningState {
  /** The name of the state. */
  readonly name: LearningStateName;
  /** The step at which the state began. */
  readonly since: number;
  /** What was measured and what to do about it, in sentences on one line. */
  readonly message: string;
  /** Whether something is wrong. */
  readonly trouble: boolean;
}

/** How many adversarial steps and held-out measurements a state other than `starting` and `diverged` needs. */
const LEAST_STEPS = 100;
const LEAST_CHECKS = 5;
/** After this many measurements, a classifier that is still at chance shows that there is no difference. */
const ENOUGH_CHECKS = 25;
/** Weight of a new measurement in the running means, which cover about five measurements. */
const SHARE = 0.2;
/** How many measurements in a row must agree on a new state, so that one noisy batch changes nothing. */
const AGREEING = 3;
/** A training counts as diverged after this many refused steps in a row. */
const REFUSED = 10;
/** A training counts as diverged for this many steps after a roll-back. */
const ROLLBACK_STEPS = 200;
/** A training counts as diverged where the running mean of the discriminator's cross-entropy is above this. Chance is 1.39. */
const LARGEST_ENTROPY = 10;
/** Weight of a new cross-entropy in its running mean, which covers about fifty steps. */
const ENTROPY_SHARE = 0.02;

/** Running means of what was measured on held-out pictures. */
interface Means {
  readonly real: number;
  readonly refined: number;
  /** As in the report where refined pictures must show what their inputs show; otherwise 1, which is healthy. */
  readonly change: number;
  readonly structure: number;
  readonly variety: number;
  readonly spread: number;
  /** Accuracy of the independent classifier on refined pictures and on those of the control. */
  readonly accuracy: number;
  readonly controlAccuracy: number;
}

/** A state, when it applies, and its message. */
interface StateRule {
  readonly name: LearningStateName;
  readonly trouble: boolean;
  applies(means: Means, traits: RecipeTraits, checks: number): boolean;
  message(means: Means, traits: RecipeTraits): string;
}

/** Advice to change the options that keep pictures close to their content, such as `lower lambda or structure`. */
const advised = (verb: string, { holds = [] }: RecipeTraits) =>
  holds.length > 0 ? [`${verb} ${holds.join(' or ')}`] : [];

/** Several alternatives as one list, such as `a, b, or c`. */
function anyOf(...alternatives: readonly string[]): string {
  const last = alternatives.at(-1) as string;
  return alternatives.length > 1 ? `${alternatives.slice(0, -1).join(', ')}, or ${last}` : last;
}

/** The alternatives as a sentence of their own. */
function advice(...alternatives: readonly string[]): string {
  const list = anyOf(...alternatives);
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}.`;
}

const STARTING = `A training needs ${LEAST_STEPS} adversarial steps and ${LEAST_CHECKS} measurements before its state is known. Wait; the option checkEvery sets how often it measures.`;

/** How much lower the classifier's accuracy on refined pictures must be than on the control, as it follows the refiner with a delay. */
const MARGIN = 0.1;
/** From this accuracy on the control, the classifier counts as able to see the difference. */
const COMPETENT = 0.65;

/** How messages name the pictures of the control. */
const CONTROLS: Readonly<Record<RecipeTraits['control'], string>> = {
  inputs: 'raw ones',
  baseline: 'those of the baseline',
  'double-exposures': 'double exposures',
};

/** How messages name the pictures of the generator. */
const picturesOf = ({ control }: RecipeTraits) => (control === 'double-exposures' ? 'generated' : 'refined');

const compared = ({ accuracy, controlAccuracy }: Means, traits: RecipeTraits) =>
  `an independent classifier recognises ${picturesOf(traits)} patches with an accuracy of ${percent(accuracy)}, and ${CONTROLS[traits.control]} with ${percent(controlAccuracy)}`;

/** The rules in order of precedence: the first that applies gives the state. */
const RULES: readonly StateRule[] = [
  {
    name: 'frozen-input',
    trouble: true,
    applies: ({ spread }) => spread < 0.005,
    message: () =>
      'An input shows one picture only, so nothing can be learnt from it. Check that the camera or video moves and is not black.',
  },
  {
    name: 'inputs-alike',
    trouble: true,
    // The input of a pair may look like its target, and a single input has nothing to be compared with.
    applies: ({ controlAccuracy }, { learnsFrom }, checks) =>
      learnsFrom === 'unpaired' && controlAccuracy < COMPETENT && checks >= ENOUGH_CHECKS,
    message: ({ controlAccuracy }) =>
      `An independent classifier cannot distinguish raw synthetic pictures from real ones: its accuracy is ${percent(controlAccuracy)}, and chance is 50 %. There is nothing to learn. Check that both inputs are the intended ones.`,
  },
  {
    name: 'mode-collapse',
    trouble: true,
    applies: ({ variety }) => variety < 0.15,
    message: ({ variety }, traits) =>
      `The ${picturesOf(traits)} pictures have become alike: they have ${percent(variety)} of the variety of ${traits.keepsPicture ? 'their inputs' : 'real pictures'}. ${advice(...advised('raise', traits), 'lower learningRate', 'go back to an earlier checkpoint')}`,
  },
  {
    name: 'structure-lost',
    trouble: true,
    applies: ({ structure }) => structure < 0.3,
    message: ({ structure }, traits) =>
      `The refined pictures no longer show what their inputs show: the correlation of brightness is ${structure.toFixed(2)}, and 1 is the same structure. ${advice(...advised('raise', traits), 'go back to an earlier checkpoint')}`,
  },
  {
    name: 'starting',
    trouble: false,
    applies: ({ controlAccuracy }, _traits, checks) => controlAccuracy < COMPETENT && checks < ENOUGH_CHECKS,
    message: ({ controlAccuracy }, { control }) =>
      `An independent classifier recognises ${CONTROLS[control]} with an accuracy of only ${percent(controlAccuracy)} so far, so its accuracy on other pictures has no meaning yet. Wait.`,
  },
  {
    name: 'cannot-tell',
    trouble: false,
    applies: ({ controlAccuracy }) => controlAccuracy < COMPETENT,
    message: ({ controlAccuracy }, { control }) =>
      `The learning state cannot be measured: an independent classifier recognises ${CONTROLS[control]} with an accuracy of only ${percent(controlAccuracy)}, so its accuracy on other pictures has no meaning. Look at the recipe's own measures instead.`,
  },
  {
    name: 'identity-collapse',
    trouble: true,
    applies: ({ change }) => change < 0.01,
    message: ({ change }, traits) =>
      `The refiner changes almost nothing: the mean change is ${change.toFixed(4)} on a range of 2. ${advice(...advised('lower', traits), 'raise learningRate')}`,
  },
  {
    name: 'discriminator-wins',
    trouble: true,
    applies: ({ real, refined, accuracy, controlAccuracy }) =>
      Math.min(real, refined) > 0.95 && accuracy > 0.9 && accuracy > controlAccuracy - MARGIN,
    message: (means, traits) =>
      `The discriminator is too strong: it is right about ${percent(Math.min(means.real, means.refined))} of held-out patches, and ${compared(means, traits)}. ${advice('lower discriminatorLrScale', ...advised('lower', traits), 'give both inputs the same framing')}`,
  },
  {
    name: 'discriminator-lost',
    trouble: true,
    applies: ({ real, refined, accuracy, controlAccuracy }) =>
      (real + refined) / 2 < 0.55 && accuracy > 0.7 && accuracy > controlAccuracy - MARGIN,
    message: (means, traits) =>
      `The discriminator is too weak: it is right about ${percent((means.real + means.refined) / 2)} of held-out patches, while ${compared(means, traits)}. ${advice('raise discriminatorLrScale', 'lower learningRate')}`,
  },
  {
    name: 'equilibrium',
    trouble: false,
    applies: ({ real, refined, accuracy, controlAccuracy }) =>
      Math.abs((real + refined) / 2 - 0.5) < 0.08 && accuracy < controlAccuracy - 1.5 * MARGIN,
    message: (means, traits) =>
      `The training is at equilibrium: the discriminator is right about ${percent((means.real + means.refined) / 2)} of held-out patches, which is near chance, and ${compared(means, traits)}. Continue, or stop here.`,
  },
  {
    name: 'learning',
    trouble: false,
    applies: ({ accuracy, controlAccuracy }) => accuracy < controlAccuracy - MARGIN,
    message: (means, traits) => `The generator is learning: ${compared(means, traits)}. Continue.`,
  },
  {
    name: 'no-progress',
    trouble: false,
    applies: () => true,
    message: (means, traits) =>
      `There is no progress yet: ${compared(means, traits)}. If this continues, ${anyOf(...advised('lower', traits), 'use more varied pictures')}.`,
  },
];

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/**
 * Watches the reports of one training. Pass every report to the returned function, which returns the state after that step. Only
 * measurements on held-out pictures decide (`StepReport.heldOut`), so a training without them stays `starting`; `diverged` needs none. A
 * training counts as learning only where an independent classifier sees a difference. Memory: a few numbers.
 *
 * @param traits the declarations of the recipe, which decide the possible states and the options that advice names
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
    const rule = RULES.find(({ applies }) => applies(means as Means, traits, checks)) as StateRule;
    candidate = { name: rule.name, times: rule.name === candidate.name ? candidate.times + 1 : 1 };
    if (rule.name !== state.name && candidate.times < AGREEING) return state;
    const since = rule.name === state.name ? state.since : step;
    state = { name: rule.name, since, message: rule.message(means, traits), trouble: rule.trouble };
    return state;
  };
}

/** Watches reports, and returns the message of a training that has diverged; `undefined` while it has not. */
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
    if (step - rolledBack < ROLLBACK_STEPS) {
      return `The training has diverged: losses were not finite, and at step ${rolledBack} the last good weights were restored (${rollbacks} times so far). Lower learningRate if this happens again.`;
    }
    if (refused >= REFUSED) {
      return `The training has diverged: ${refused} steps in a row were refused because their losses were not finite. Lower learningRate, or go back to an earlier checkpoint.`;
    }
    if (mean > LARGEST_ENTROPY) {
      return `The training has diverged: the mean cross-entropy of the discriminator is ${mean.toFixed(1)}, and chance is 1.39. Lower learningRate, or go back to an earlier checkpoint.`;
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
