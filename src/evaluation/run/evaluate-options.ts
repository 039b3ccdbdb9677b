/** The options of an evaluation. */
import { engineOption } from '../../engine/engine-option.js';
import { cropOption, SOURCES } from '../../inputs/run-input-options.js';
import { integer, text } from '../../options/kinds.js';
import { type Given, option } from '../../options/option.js';

/** Fewer pictures say nothing. */
export const LEAST_CROPS = 10;

export const evaluateOptions = {
  run: option({
    is: text('the path of a folder'),
    required: true,
    placeholder: 'dir',
    help: 'The folder of the run.',
  }),
  synthetic: option({
    is: text('a source'),
    required: true,
    placeholder: 'src',
    help: `A synthetic input that the run was not trained on: ${SOURCES}.`,
  }),
  real: option({
    is: text('a source'),
    required: true,
    placeholder: 'src',
    help: 'A real input that the run was not trained on, likewise.',
  }),
  crop: option({ ...cropOption, defaultWords: 'as in training' }),
  count: option({
    is: integer(LEAST_CROPS, 100_000),
    default: 512,
    help: 'Crops evaluated of each input, at most; they are spread over all of it.',
  }),
  folds: option({
    is: integer(2, 100),
    default: 5,
    help: "Parts that the classifiers' pictures are cut into for cross-validation. Fewer are faster and judge less well.",
  }),
  seed: option({ is: integer(0, 2 ** 31 - 1), default: 1, help: 'Seed of classifiers and intervals.' }),
  engine: engineOption,
};

/** Options of `evaluateRun`. Inputs are written as on the command line (see `parseSource`). */
export type EvaluateRunOptions = Given<typeof evaluateOptions>;
