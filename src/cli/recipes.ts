/** `irisflow recipes [NAME]`: lists the recipes with their inputs, or the options of one. */
import type { Command } from 'commander';
import type { OptionReference } from '../options/reference.js';
import type { RecipeSummary } from '../session/recipe-list.js';

const NEEDS: Readonly<Record<RecipeSummary['learnsFrom'], string>> = {
  unpaired: '--synthetic SRC --real SRC',
  pairs: '--real SRC --pairs KIND, or two folders: --synthetic INPUTS --real TARGETS',
  pictures: '--real SRC',
  labelled: '--real FOLDER with a folder for each label, mnist or renderer',
};

export function addRecipesCommand(program: Command): Command {
  return program
    .command('recipes')
    .description('list the recipes that can be trained, or the options of one')
    .argument('[name]', 'The name of a recipe, or the path of a module. Its options are listed.')
    .option('--json', 'Prints one JSON object in place of text.')
    .action(recipes);
}

async function recipes(name: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const { describeRecipe, listPairs, listRecipes } = await import('../session/recipe-list.js');
  const summaries = name === undefined ? listRecipes() : [await describeRecipe(name)];
  if (json) process.stdout.write(`${JSON.stringify({ recipes: summaries, pairs: listPairs() })}\n`);
  else if (name !== undefined) for (const recipe of summaries) process.stdout.write(detailed(recipe));
  else {
    for (const recipe of summaries) process.stdout.write(brief(recipe));
    process.stdout.write('\nKinds of pairs, for --pairs KIND:\n');
    for (const pair of listPairs()) process.stdout.write(`  ${pair.name.padEnd(11)} ${pair.description}\n`);
    process.stdout.write('\nirisflow recipes NAME lists the options of a recipe, which --set name=value changes.\n');
  }
}

function brief({ name, description, presets, learnsFrom }: RecipeSummary): string {
  return `${name.padEnd(11)} ${description}\n            presets: ${presets.join(', ')} · learns from ${NEEDS[learnsFrom]}\n`;
}

function detailed(recipe: RecipeSummary): string {
  const { makes, steps, reference } = recipe;
  const lengths = Object.entries(steps)
    .map(([preset, count]) => `${preset} ${count}`)
    .join(', ');
  const head = `${brief(recipe)}            ${MAKES[makes]} · steps of irisflow train: ${lengths}\n`;
  return `${head}\nOptions, for --set name=value:\n${reference.map(described).join('')}`;
}

const MAKES: Readonly<Record<RecipeSummary['makes'], string>> = {
  'refined pictures': 'refines pictures',
  'pictures of noise': 'generates pictures from noise',
};
const INDENT = '      ';
const COLUMNS = 110;

function described({ name, help, allowed, default: value, presets, fixed }: OptionReference): string {
  const others = Object.entries(presets).map(([preset, other]) => `${preset} ${other}`);
  const facts = [allowed, `default ${[value, ...others].join(', ')}`, ...(fixed ? ['cannot change within a run'] : [])];
  return `  ${name.padEnd(22)} ${facts.join(' · ')}\n${wrapped(help)}`;
}

function wrapped(words: string): string {
  let [text, line] = ['', INDENT];
  for (const word of words.split(' ')) {
    if (line.length + word.length > COLUMNS) {
      text += `${line.trimEnd()}\n`;
      line = INDENT;
    }
    line += `${word} `;
  }
  return `${text}${line.trimEnd()}\n`;
}
