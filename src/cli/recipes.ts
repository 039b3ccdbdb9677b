/** `irisflow recipes [NAME]`: what can be trained, from what, and with which options. */
import type { Command } from 'commander';
import { IrisflowError } from '../errors.js';
import type { RecipeSummary } from '../session/recipe-list.js';

const NEEDS: Readonly<Record<RecipeSummary['learnsFrom'], string>> = {
  unpaired: '--synthetic SRC --real SRC',
  pairs: '--real SRC --pairs KIND, or two folders: --synthetic INPUTS --real TARGETS',
  pictures: '--real SRC',
  labelled: '--real FOLDER with a folder for each label, mnist or eyes',
};

export function addRecipesCommand(program: Command): Command {
  return program
    .command('recipes')
    .description('list what can be trained; with a name, its options')
    .argument('[name]', 'a recipe')
    .option('--json', 'print JSON')
    .action(recipes);
}

async function recipes(name: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const { listPairs, listRecipes } = await import('../session/recipe-list.js');
  const all = listRecipes();
  const wanted = name === undefined ? all : all.filter((recipe) => recipe.name === name);
  if (wanted.length === 0) {
    const names = all.map((recipe) => recipe.name).join(', ');
    throw new IrisflowError('USAGE', `there is no recipe ${JSON.stringify(name)}; recipes: ${names}`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ recipes: wanted, pairs: listPairs() })}\n`);
  else if (name !== undefined) for (const recipe of wanted) process.stdout.write(detailed(recipe));
  else {
    for (const recipe of wanted) process.stdout.write(brief(recipe));
    process.stdout.write('\n--pairs KIND:\n');
    for (const pair of listPairs()) process.stdout.write(`  ${pair.name.padEnd(11)} ${pair.description}\n`);
    process.stdout.write('\nirisflow recipes NAME shows the options of one, for --set name=value.\n');
  }
}

function brief({ name, description, presets, learnsFrom }: RecipeSummary): string {
  return `${name.padEnd(11)} ${description}\n            presets: ${presets.join(', ')} · learns from ${NEEDS[learnsFrom]}\n`;
}

function detailed(recipe: RecipeSummary): string {
  const { options, makes, steps } = recipe;
  const values = Object.entries(options).map(([option, value]) => `  ${option.padEnd(22)} ${JSON.stringify(value)}\n`);
  const lengths = Object.entries(steps)
    .map(([preset, count]) => `${preset} ${count}`)
    .join(', ');
  return `${brief(recipe)}            makes ${makes} · train: ${lengths} steps\noptions of preset ${recipe.presets[0]}, for --set name=value:\n${values.join('')}`;
}
