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

/** The options of `all` that `others` do not have, or declare differently. */
function without(all: object, others: object): OptionRecord {
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
      without(options, commonOptions),
    ),
  );
  return [
    '# Options\n\nThis page is generated from the declarations of the options (`npm run docs:options`). On the command line `checkpointEvery` is `--checkpoint-every`, and options of a recipe are given as `--set name=value`.\n',
    section(
      '`irisflow train`, `openTraining`',
      'These options select the inputs, the recipe, the duration and the run folder.',
      trainingOptions,
    ),
    section(
      '`irisflow live`, `openLiveSession`',
      'A live session has all options of `irisflow train`, and these:',
      without(liveOptions, trainingOptions),
    ),
    section(
      '`irisflow refine`, `refineSource`',
      'These options select the input, the run and the output.',
      refineOptions,
    ),
    section(
      '`irisflow sample`, `sampleRun`',
      'These options select the run, the pictures and the output.',
      sampleOptions,
    ),
    section(
      '`irisflow evaluate`, `evaluateRun`',
      'These options select the run and the inputs of an evaluation.',
      evaluateOptions,
    ),
    section(
      '`irisflow experiment gaze`',
      'These options decide the duration of the experiment and the networks that it compares.',
      gazeOptions,
    ),
    section('Every recipe', 'A recipe with another default lists the option again.', commonOptions),
    ...ofRecipes,
  ].join('\n');
}

const target = fileURLToPath(new URL('../docs/options.md', import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, optionsReference());
