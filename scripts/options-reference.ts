/** Writes docs/options.md, the reference of all options, from their declarations. Run with `npm run docs:options`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gazeOptions } from '../src/evaluation/gaze-experiment/options.js';
import { evaluateOptions } from '../src/evaluation/run/evaluate-options.js';
import { commonOptions } from '../src/models/options/common.js';
import { recipes } from '../src/models/registry.js';
import type { OptionRecord } from '../src/options/option.js';
import { markdownOf } from '../src/options/reference.js';
import { liveOptions, refineOptions, sampleOptions, trainingOptions } from '../src/session/options.js';

/** The options of `all` that `others` do not have, or declare otherwise. */
function beyond(all: object, others: object): OptionRecord {
  return Object.fromEntries(
    Object.entries(all).filter(([name, declared]) => (others as OptionRecord)[name] !== declared),
  );
}

const section = (title: string, words: string, options: object) =>
  `## ${title}\n\n${words}\n\n${markdownOf(options)}\n`;

/** The text of docs/options.md. */
export function optionsReference(): string {
  const ofRecipes = recipes.map(({ name, description, presets, options = {} }) =>
    section(
      `Recipe \`${name}\``,
      `${description[0]?.toUpperCase()}${description.slice(1)}. Presets: ${presets.map((preset) => `\`${preset}\``).join(', ')}.`,
      beyond(options, commonOptions),
    ),
  );
  return [
    '# Options\n\nThis page is generated from the declarations of the options (`npm run docs:options`). On the command line `checkpointEvery` is `--checkpoint-every`, and options of a recipe are given as `--set name=value`.\n',
    section(
      '`irisflow train`, `openTraining`',
      'What to learn from, for how long, and where to keep it.',
      trainingOptions,
    ),
    section(
      '`irisflow live`, `openLiveSession`',
      'All options of `irisflow train`, and these:',
      beyond(liveOptions, trainingOptions),
    ),
    section('`irisflow refine`, `refineSource`', 'What to refine, and with what.', refineOptions),
    section('`irisflow sample`, `sampleRun`', 'What to generate, and with what.', sampleOptions),
    section('`irisflow evaluate`, `evaluateRun`', 'What to measure, and on what.', evaluateOptions),
    section('`irisflow experiment gaze`', 'How long the experiment takes, and what it compares.', gazeOptions),
    section('Every recipe', 'Recipes whose defaults differ name the option again.', commonOptions),
    ...ofRecipes,
  ].join('\n');
}

const target = fileURLToPath(new URL('../docs/options.md', import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, optionsReference());
