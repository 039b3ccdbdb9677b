/** The option that names the recipe of a run that exists. */
import { text } from '../options/kinds.js';
import { option } from '../options/option.js';

export const recipeOfRunOption = option({
  is: text('the name of a recipe, or the path of a module'),
  placeholder: 'name',
  defaultWords: "the run's own",
  help: 'The recipe of the run. A run of a recipe module of your own needs the path of the module here: what a run folder names is not executed.',
});
