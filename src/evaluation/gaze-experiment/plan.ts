/** Turns options into a plan with the numbers of pictures and steps, and lists the variants. */
import { IrisflowError } from '../../errors.js';
import { currentPreset } from '../../models/options/former-names.js';
import { recipeNamed } from '../../models/registry.js';
import { resolveOptions } from '../../options/check.js';
import { ABLATION_NAMES, type AblationName, type GazeExperimentOptions, gazeOptions } from './options.js';
import type { GazePlan, Variant } from './types.js';

/** Presets with networks for eyes. */
const EYE_PRESETS = ['live', 'paper', 'dcgan-autoencoder'];

const DEFAULT_MINUTES = 10;
/** Smallest number of refiner steps with a meaningful result. */
export const MIN_STEPS = 50;

/** The plan for the options. @throws {IrisflowError} `USAGE` for an option out of its range */
export function planOf(options: GazeExperimentOptions): GazePlan {
  if (options.steps !== undefined && options.minutes !== undefined) {
    throw new IrisflowError('USAGE', 'give steps or minutes, not both: minutes decide the steps');
  }
  const resolved = resolveOptions('openGazeExperiment', gazeOptions, options);
  const { size, classifiers, steps, minutes = DEFAULT_MINUTES } = resolved;
  const preset = currentPreset('simgan', resolved.preset);
  // Refuses a preset and a size that the recipe has not.
  recipeNamed('simgan').configure(preset, { width: size, height: size });
  const pictures = resolved.pictures ?? between(400, 200 * minutes, 6000);
  return {
    preset,
    size,
    pictures,
    testPictures: Math.min(600, Math.ceil(pictures / 40) * 10),
    gazeSteps: resolved.gazeSteps ?? between(300, 100 * minutes, 4000),
    classifiers,
    ...(steps === undefined ? { minutes } : { steps }),
  };
}

function between(low: number, value: number, high: number): number {
  return Math.round(Math.min(high, Math.max(low, value)));
}

/** The main variants. Refined renders come last, because the durations of the first two determine the refiner's steps. */
export const MAIN: readonly Variant[] = [
  { name: 'raw', title: 'raw renders', group: 'main', pictures: 'synthetic' },
  { name: 'real', title: 'real pictures', group: 'main', pictures: 'real' },
  { name: 'refined', title: 'refined renders', group: 'main' },
];

const ABLATIONS: Readonly<Record<AblationName, (plan: GazePlan) => readonly Omit<Variant, 'group'>[]>> = {
  camera: () => [{ name: 'camera', title: 'photographed renders', pictures: 'photographed' }],
  history: () => [{ name: 'history-off', title: 'no history', overrides: { historySize: 0 } }],
  loss: () => [{ name: 'loss-global', title: 'global loss', overrides: { discriminatorOutput: 'image' } }],
  lambda: () =>
    [0.1, 0.5, 1, 5].map((lambda) => ({ name: `lambda-${lambda}`, title: `λ = ${lambda}`, overrides: { lambda } })),
  terms: () => [
    { name: 'tone-match-off', title: 'no tone matching', overrides: { toneMatch: 0 } },
    { name: 'detail-match-off', title: 'no detail matching', overrides: { detailMatch: 0 } },
    { name: 'structure-off', title: 'no structure', overrides: { structure: 0 } },
    { name: 'eyes-off', title: 'no eyes', overrides: { irisWeight: 0 } },
    { name: 'tone-kept', title: 'tone kept', overrides: { tone: 'kept', toneMatch: 0 } },
  ],
  updates: () =>
    [
      [1, 1],
      [2, 1],
      [1, 2],
    ].map(([kG, kD]) => ({ name: `updates-${kG}-${kD}`, title: `K_g : K_d = ${kG} : ${kD}`, overrides: { kG, kD } })),
  pretraining: () => [
    { name: 'pretraining-off', title: 'no pre-training', overrides: { pretrainRefiner: 0, pretrainDiscriminator: 0 } },
    {
      name: 'pretraining-on',
      title: 'pre-training, 1,000 + 200 steps',
      overrides: { pretrainRefiner: 1000, pretrainDiscriminator: 200 },
    },
  ],
  presets: () => EYE_PRESETS.map((preset) => ({ name: `preset-${preset}`, title: `preset ${preset}`, preset })),
};

/** The variants of the ablations, without those that equal the main run. */
export function ablationsOf(plan: GazePlan, names: readonly AblationName[]): Variant[] {
  const own: Readonly<Record<string, unknown>> = recipeNamed('simgan').configure(plan.preset, {});
  return names.flatMap((group) => {
    const variants = ABLATIONS[group];
    if (variants === undefined) {
      throw new IrisflowError('USAGE', `ablation ${group} is unknown: use ${ABLATION_NAMES.join(', ')}`);
    }
    return variants(plan)
      .filter(
        ({ pictures, preset = plan.preset, overrides = {} }) =>
          pictures !== undefined ||
          preset !== plan.preset ||
          Object.entries(overrides).some(([name, value]) => own[name] !== value),
      )
      .map((variant) => ({ ...variant, group }));
  });
}
