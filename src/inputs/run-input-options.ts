/** The options that say what a run reads. */
import { checkOption } from '../options/check.js';
import { number, oneOf, text } from '../options/kinds.js';
import { type Given, option } from '../options/option.js';

/** What an input may be. */
export const SOURCES =
  'webcam[:device], snapshots[:device], browser, renderer, mnist, a video file, a folder or glob of pictures, or an address';

/** Least and greatest `eyeSpan`: wider crops of both eyes would overlap, and what is pasted back there be added twice. */
export const EYE_SPANS = [0.2, 1] as const;

/** What is cut out of the frames of an input; `none` where they are crops already. */
export type CropChoice = 'eyes' | 'face' | 'none';

export const cropOption = option({
  is: oneOf<CropChoice>('eyes', 'face', 'none'),
  placeholder: 'what',
  defaultWords: "the run's own, in a new one what the recipe says, mostly eyes",
  help: 'What is cut out of frames and refined; none: the pictures are crops already. Inputs whose frames are crops already are never searched.',
});

export const runInputOptions = {
  synthetic: option({
    is: text('a source'),
    placeholder: 'src',
    defaultWords: "the run's own, in a new one what the recipe says, mostly renderer",
    help: `What is refined: ${SOURCES}.`,
  }),
  real: option({
    is: text('a source'),
    placeholder: 'src',
    defaultWords:
      "the run's own, in a new one what the recipe says, mostly the talking-face video of a checkout, else the first webcam",
    help: 'What is learnt from: a source as for the synthetic input.',
  }),
  crop: cropOption,
  eyeSpan: option({
    is: number(...EYE_SPANS),
    placeholder: 'distances',
    defaultWords: "the run's own, in a new one 0.8, or more where irises are larger than the real ones",
    help: "Width of the synthetic input's eye crops in distances between the eyes.",
  }),
  minEyeDistance: option({
    is: number(1, 10_000),
    placeholder: 'pixels',
    defaultWords: "the run's own, in a new one 24 to learn from and 44 to be refined",
    help: 'Eyes that are nearer to each other than so many pixels are not cut out of a frame. Crops of small faces are blurred.',
  }),
  pairs: option({
    is: text('a kind of pairs'),
    placeholder: 'kind',
    defaultWords: "the run's own, in a new one what the recipe says",
    help: "How pairs are made of the real input's crops, in recipes that learn from pairs: a kind that `irisflow recipes` lists. With both inputs and without this, those are two folders: inputs, and their targets under the same names.",
  }),
};

/** What a run may be told of its inputs. They are written as on the command line (see `parseSource`). */
export type RunInputOptions = Given<typeof runInputOptions>;

/** Throws `USAGE` for the first of these values that is not allowed. */
export function checkRunInputs(inputs: RunInputOptions): void {
  for (const [name, declared] of Object.entries(runInputOptions)) {
    const value = inputs[name as keyof RunInputOptions];
    if (value !== undefined) checkOption<unknown>(name, declared, value);
  }
}
