/** The options for the inputs of a run. */
import { checkOption } from '../options/check.js';
import { number, oneOf, text } from '../options/kinds.js';
import { type Given, option } from '../options/option.js';

/** The forms of a source, for help texts. */
export const SOURCES =
  'webcam[:device], snapshots[:device], browser (live only), renderer, demo, mnist, a video file, a folder or glob of pictures, or an address';

/** Range of `eyeSpan`. The crops of both eyes would overlap beyond it, and changes would be pasted twice where they do. */
export const EYE_SPANS = [0.2, 1] as const;

/** What is cropped out of the frames of an input; `none` where they are crops already. */
export type CropChoice = 'eyes' | 'face' | 'none';

export const cropOption = option({
  is: oneOf<CropChoice>('eyes', 'face', 'none'),
  placeholder: 'what',
  defaultWords: "the run's; in a new run the recipe's, usually eyes",
  help: 'Selects what is cropped out of the frames. With none the pictures are used as crops. Inputs whose frames are crops already, such as renderer, are never cropped.',
});

export const runInputOptions = {
  synthetic: option({
    is: text('a source'),
    placeholder: 'src',
    defaultWords: "the run's; in a new run the recipe's, usually renderer",
    help: `The synthetic input, which is refined: ${SOURCES}.`,
  }),
  real: option({
    is: text('a source'),
    placeholder: 'src',
    defaultWords:
      "the run's; in a new run the recipe's, usually the talking-face video of a checkout, else the first webcam, else demo",
    help: 'The real input, which is learnt from. It takes the same sources as the synthetic input.',
  }),
  crop: cropOption,
  eyeSpan: option({
    is: number(...EYE_SPANS),
    placeholder: 'distances',
    defaultWords: "the run's; in a new run 0.8, or more where synthetic irises are larger than the real ones",
    help: "The width of the synthetic input's eye crops, in distances between the eyes.",
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
    defaultWords: "the run's; in a new run the recipe's",
    help: 'Selects how pairs are made from the crops of the real input, in recipes that learn from pairs. `irisflow recipes` lists the kinds. Without this option, the synthetic and the real input can be two folders: pictures, and their targets under the same names.',
  }),
};

/** The options for the inputs of a run. They are written as on the command line (see `parseSource`). */
export type RunInputOptions = Given<typeof runInputOptions>;

/** Checks the values. Throws `USAGE` for the first one that is not allowed. */
export function checkRunInputs(inputs: RunInputOptions): void {
  for (const [name, declared] of Object.entries(runInputOptions)) {
    const value = inputs[name as keyof RunInputOptions];
    if (value !== undefined) checkOption<unknown>(name, declared, value);
  }
}
