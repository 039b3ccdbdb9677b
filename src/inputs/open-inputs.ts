/** Opens the inputs that a recipe learns from, and defines how their crops are prepared for training. */

import type { TrainingDataOptions } from '../data/training-data.js';
import type { InputKind, Recipe, RecipeConfig } from '../models/types.js';
import { fromPairs } from '../streams/from-pairs.js';
import { classesIn } from './classes-of.js';
import { type Input, type InputOptions, onSkipped, openInput, PICTURES_PER_SECOND, type Reading } from './input.js';
import { pairing } from './prepare.js';
import { FOLDERS, type RunInputs } from './run-inputs.js';

/** The inputs of a session. */
export interface OpenedInputs {
  /** The input that is refined; absent where the recipe learns from the real input alone and no synthetic input was given. */
  readonly synthetic?: Input;
  /** The input that is learnt from. */
  readonly real: Input;
}

/** How the inputs of a session are opened. */
export interface SessionInputOptions extends Omit<InputOptions, 'reading' | 'pairs' | 'onLost' | 'onReturn'> {
  /** Whether inputs are read in real time. Otherwise they are read once, as fast as frames are consumed. */
  readonly live: boolean;
  readonly loop: boolean;
  /** Told of each loss of an input, with the reason. */
  readonly onLost: (name: InputKind, reason: string) => void;
  /** Told when frames of it come again. */
  readonly onReturn: (name: InputKind) => void;
}

/** Eyes so many pixels apart are enough to learn from, though their crops are blurred. */
export const LEARNT_EYE_DISTANCE = 24;

/** Opens the inputs. Rejects with `USAGE` or `INPUT` where an input cannot be opened or does not fit the recipe. */
export async function openInputs(inputs: RunInputs, options: SessionInputOptions): Promise<OpenedInputs> {
  const { synthetic, real, pairs, minEyeDistance = LEARNT_EYE_DISTANCE } = inputs;
  if (pairs === FOLDERS && synthetic !== undefined) return openFolders(synthetic, real, options);
  const prepare = pairs === undefined ? undefined : pairing(pairs);
  const open = async (name: InputKind, text: string): Promise<Input> => {
    const onLost = (reason: string) => options.onLost(name, reason);
    const onReturn = () => options.onReturn(name);
    const opened = await openInput(text, { ...options, onLost, onReturn, reading: readingOf(options), pairs });
    const input = { ...opened, minEyeDistance };
    return prepare ? { ...input, prepare, labelFaces: pairs === 'face-box' } : input;
  };
  return {
    ...(synthetic !== undefined && { synthetic: await open('synthetic', synthetic) }),
    real: await open('real', real),
  };
}

/** Opens pairs of two folders, inputs and targets. A live session refines the folder of inputs. */
async function openFolders(synthetic: string, real: string, options: SessionInputOptions): Promise<OpenedInputs> {
  const { live, loop, tell, config } = options;
  const size = { width: config.width, height: config.height, fit: 'fill' } as const;
  return {
    ...(live && {
      synthetic: await openInput(synthetic, {
        ...options,
        onLost: undefined,
        onReturn: undefined,
        reading: readingOf(options),
      }),
    }),
    real: {
      label: `${synthetic} → ${real}`,
      frames: fromPairs(synthetic, real, {
        size,
        loop: live && loop,
        fps: live ? PICTURES_PER_SECOND : 0,
        onSkip: onSkipped(tell),
      }),
      crop: 'none',
      endless: false,
      prepare: pairing(FOLDERS),
    },
  };
}

function readingOf({ live, loop }: SessionInputOptions): Reading {
  return live ? { as: 'live', loop } : { as: 'fast' };
}

/** The labels of the inputs, for the description and the configuration of a session. */
export function labelsOf({ synthetic, real }: OpenedInputs): { readonly synthetic?: string; readonly real: string } {
  return { ...(synthetic && { synthetic: synthetic.label }), real: real.label };
}

/** The options of the training data of a recipe. */
export function trainingDataOf(recipe: Recipe, config: RecipeConfig): Omit<TrainingDataOptions, 'capacity'> {
  return { kind: recipe.learnsFrom, classes: classesIn(config), seed: config.seed };
}
