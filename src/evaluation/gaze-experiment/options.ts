/** The options of the gaze experiment. */
import * as v from 'valibot';
import { engineOption } from '../../engine/engine-option.js';
import { integer, type Kind, number, side, text, toggle } from '../../options/kinds.js';
import { type Given, option } from '../../options/option.js';

/** Ablations by name; each compares variants of one choice with the main run. */
export const ABLATION_NAMES = [
  'camera',
  'history',
  'loss',
  'lambda',
  'terms',
  'updates',
  'pretraining',
  'presets',
] as const;
export type AblationName = (typeof ABLATION_NAMES)[number];

const ABLATIONS = `some of ${ABLATION_NAMES.join(',')}`;
const ablations: Kind<readonly AblationName[]> = v.pipe(
  v.array(v.picklist(ABLATION_NAMES, ABLATIONS), ABLATIONS),
  v.description(ABLATIONS),
);

/** Sides are multiples of this: the gaze network halves them four times. */
export const GAZE_STEP = 16;

export const gazeOptions = {
  output: option({
    is: text('a path'),
    default: 'runs/experiment-gaze',
    placeholder: 'dir',
    help: 'The folder for the results. With the same options an earlier experiment is continued.',
  }),
  minutes: option({
    is: number(0.1, 10_000),
    defaultWords: '10',
    help: 'The time for the main part, without ablations, on this machine. It decides the numbers of pictures and steps; at least 50 refiner steps are made.',
  }),
  steps: option({
    is: integer(1, 1_000_000),
    defaultWords: 'as many as fit into the minutes, by a measurement',
    help: 'The number of adversarial steps of the refiner.',
  }),
  pictures: option({
    is: integer(100, 1_000_000),
    defaultWords: '200 a minute, 400 to 6000',
    help: 'The number of training pictures of each kind.',
  }),
  gazeSteps: option({
    is: integer(1, 1_000_000),
    defaultWords: '100 a minute, 300 to 4000',
    help: 'The number of training steps of each gaze network.',
  }),
  seeds: option({
    is: integer(1, 1000),
    default: 3,
    help: 'The number of seeds. Each has its own people, cameras and weights.',
  }),
  preset: option({
    is: text('the name of a preset'),
    default: 'live',
    placeholder: 'name',
    help: 'The preset of the refiner: live, paper or dcgan-autoencoder.',
  }),
  size: option({ is: side(GAZE_STEP, 2 * GAZE_STEP), default: 64, help: 'The width and height of a picture.' }),
  classifiers: option({
    is: toggle,
    default: true,
    help: 'Two-sample classifiers compare the pictures with real ones, which takes a third of the time.',
  }),
  ablations: option({
    is: ablations,
    defaultWords: 'none',
    placeholder: 'names',
    help: `Ablations that are compared with the main run: ${ABLATIONS}; on the command line also all. Each of their variants takes as long as the main run.`,
  }),
  engine: engineOption,
};

/** Options of `openGazeExperiment`. */
export type GazeExperimentOptions = Given<typeof gazeOptions>;
