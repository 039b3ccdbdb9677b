/** The options of an evaluation. */
import { engineOption } from '../../engine/engine-option.js';
import { cropOption, SOURCES } from '../../inputs/run-input-options.js';
import { recipeOfRunOption } from '../../models/recipe-option.js';
import { integer, text } from '../../options/kinds.js';
import { type Given, option } from '../../options/option.js';

/** Least number of crops of each input. With fewer, the measurements would have no significance. */
export const MIN_CROPS = 10;

export const evaluateOptions = {
  run: option({
    is: text('the path of a folder'),
    required: true,
    placeholder: 'dir',
    help: 'The folder of the run.',
  }),
  recipe: recipeOfRunOption,
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
    help: 'A real input that the run was not trained on. It takes the same sources as the synthetic input.',
  }),
  crop: option({ ...cropOption, defaultWords: 'as in training' }),
  count: option({
    is: integer(MIN_CROPS, 100_000),
    default: 512,
    help: 'The largest number of crops of each input. They are spread evenly over the input.',
  }),
  folds: option({
    is: integer(2, 100),
    default: 5,
    help: 'The number of folds in the cross-validation of the classifiers. Fewer folds are faster and less accurate.',
  }),
  seed: option({
    is: integer(0, 2 ** 31 - 1),
    default: 1,
    help: 'The seed of the classifiers and of the bootstrap intervals.',
  }),
  engine: engineOption,
};

/** Options of `evaluateRun`. Inputs are written as on the command line (see `parseSource`). */
export type EvaluateRunOptions = Given<typeof evaluateOptions>;
