/** `irisflow recipes [NAME]`: what can be trained, from what, and with which options. */
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
    .description('list what can be trained; with a name, its options')
    .argument('[name]', 'a recipe')
    .option('--json', 'print JSON')
    .action(recipes);
}

async function recipes(name: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const { describeRecipe, listPairs, listRecipes } = await import('../session/recipe-list.js');
  const wanted = name === undefined ? listRecipes() : [await describeRecipe(name)];
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
  const { makes, steps, reference } = recipe;
  const lengths = Object.entries(steps)
    .map(([preset, count]) => `${preset} ${count}`)
    .join(', ');
  const head = `${brief(recipe)}            makes ${makes} · train: ${lengths} steps\n`;
  return `${head}\nOptions, for --set name=value:\n${reference.map(described).join('')}`;
}

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
