/** The options of sessions, and of the commands that use their runs. */
import * as v from 'valibot';
import { engineOption } from '../engine/engine-option.js';
import { cropOption, runInputOptions } from '../inputs/run-input-options.js';
import { recipeOfRunOption } from '../models/recipe-option.js';
import { integer, type Kind, number, text, toggle } from '../options/kinds.js';
import { type Given, option, withOptions } from '../options/option.js';

/** Larger seeds are reserved for evaluations. */
export const seedKind = integer(0, 2 ** 31 - 1);

const SIZE = 'a width and a height from 16 to 512 whole pixels';
const sidePixels = v.pipe(v.number(SIZE), v.integer(SIZE), v.minValue(16, SIZE), v.maxValue(512, SIZE));
const size: Kind<{ readonly width: number; readonly height: number }> = v.pipe(
  v.object({ width: sidePixels, height: sidePixels }, SIZE),
  v.description(SIZE),
);

const SETTINGS = 'options of the recipe by name';
const settings: Kind<Readonly<Record<string, unknown>>> = v.pipe(
  v.record(v.string(), v.unknown(), SETTINGS),
  v.description(SETTINGS),
);

const RUN = 'the path of a folder';

export const trainingOptions = {
  ...runInputOptions,
  recipe: option({
    is: text('the name of a recipe, or the path of a module'),
    placeholder: 'name',
    defaultWords: "the run's; in a new run simgan",
    help: 'The recipe that is trained: a name that `irisflow recipes` lists, or the path of a module whose default export is a recipe. A run of such a module needs it each time.',
  }),
  preset: option({
    is: text('the name of a preset'),
    placeholder: 'name',
    defaultWords: "the run's; in a new run the recipe's first preset",
    help: 'The preset of the recipe. It selects the networks and the defaults of the options.',
  }),
  size: option({
    is: size,
    placeholder: 'pixels',
    defaultWords: "the run's; in a new run the recipe's, usually 64x64",
    help: 'The size of a crop in pixels, on the command line as 64 or 64x48.',
  }),
  seed: option({
    is: seedKind,
    defaultWords: "the run's; in a new run 1",
    help: 'The seed of weights, batches, augmentation and history.',
  }),
  set: option({
    is: settings,
    placeholder: 'name=value',
    help: 'Sets options of the recipe, on the command line one at a time as lambda=1, historySize=0 or balance=false. `irisflow recipes NAME` lists them. In an existing run they apply from the next step.',
  }),
  run: option({
    is: text(RUN),
    placeholder: 'dir',
    defaultWords: 'a folder under runs/ named after inputs, preset and size',
    help: 'The folder of the run. An existing run is continued.',
  }),
  steps: option({
    is: integer(1, 1e9),
    defaultWords: 'no limit when live or with a duration, else the number of steps that the recipe declares',
    help: 'Ends the session after this number of training steps.',
  }),
  duration: option({
    is: number(0.001),
    placeholder: 'time',
    defaultWords: 'no limit',
    help: 'Ends the session after this time in seconds, on the command line also as 120s, 2m or 1h.',
  }),
  engine: engineOption,
  checkpointEvery: option({
    is: integer(1, 1e9),
    default: 50,
    placeholder: 'steps',
    help: 'The number of steps between two checkpoints, and between two grids of pictures in samples/.',
  }),
  keep: option({
    is: integer(0, 1000),
    default: 5,
    help: 'The number of earlier versions of the checkpoint that are kept, so that they can be restored. 0 keeps none.',
  }),
  keepEvery: option({
    is: integer(1, 1e9),
    default: 250,
    placeholder: 'steps',
    help: 'The least number of steps between two kept versions.',
  }),
};

/** Options that live and offline training share. Inputs are written as on the command line (see `parseSource`). */
export type TrainingSessionOptions = Given<typeof trainingOptions>;

type Training = typeof trainingOptions;

/** The declarations of the options that live and offline training share. */
export interface TrainingOptions extends Training {}

const shared: TrainingOptions = trainingOptions;

export const liveOptions = withOptions(shared, {
  port: option({ is: integer(0, 65_535), default: 8787, help: 'The port of the page. 0 selects any free port.' }),
  host: option({
    is: text('an address or host name'),
    default: '127.0.0.1',
    placeholder: 'address',
    help: "The address to serve on. On any but this machine's own (127.0.0.1) viewers need the link with a secret that is printed.",
  }),
  openToAll: option({
    is: toggle,
    default: false,
    help: 'Everybody who reaches the port may watch, without a secret.',
  }),
  viewers: option({
    is: integer(1, 10_000),
    default: 64,
    help: 'How many viewers and cameras may be connected at once.',
  }),
  loop: option({ is: toggle, default: true, help: 'Files are repeated when they end.' }),
  fallback: option({
    is: toggle,
    default: true,
    help: 'Safeguard: a refined frame that no longer shows the content of its input is replaced by the raw frame, which is flagged.',
  }),
});

/** Options of `openLiveSession`. */
export type LiveSessionOptions = Given<typeof liveOptions>;

const trainedRun = option({ is: text(RUN), required: true, placeholder: 'dir', help: 'The folder of the run.' });

/** The default is the crop that the run was trained on. */
const trainedCrop = option({ ...cropOption, defaultWords: 'as in training' });

export const refineOptions = {
  source: option({
    is: text('a video file, or a folder or glob of pictures'),
    required: true,
    placeholder: 'src',
    help: 'The input: a video file, or a folder or glob of pictures.',
  }),
  run: trainedRun,
  output: option({
    is: text('a path'),
    required: true,
    placeholder: 'out',
    help: 'The output: a video file (.mp4, .webm, .mkv, .mov), or a folder that gets a .png for each picture.',
  }),
  fps: option({
    is: number(0.001, 1_000),
    defaultWords: '25; a video keeps the times of its frames',
    help: 'Frames a second of a video made of pictures.',
  }),
  recipe: recipeOfRunOption,
  crop: option({
    ...trainedCrop,
    help: `${cropOption.help} With a recipe that enlarges pictures (srgan), none refines whole pictures of any size.`,
  }),
  engine: engineOption,
};

/** Options of `refineSource`. */
export type RefineSourceOptions = Given<typeof refineOptions>;

export const sampleOptions = {
  run: trainedRun,
  recipe: recipeOfRunOption,
  count: option({ is: integer(1, 1_000_000), required: true, help: 'The number of pictures.' }),
  output: option({
    is: text('a path'),
    required: true,
    placeholder: 'dir',
    help: 'The folder that gets 000001.png and so on. Where the recipe has labels, it gets a folder for each label.',
  }),
  label: option({
    is: text('the name of a label'),
    placeholder: 'name',
    defaultWords: 'all labels, with equal numbers of pictures',
    help: 'Generates pictures of this label only.',
  }),
  seed: option({
    is: seedKind,
    default: 1,
    help: 'The seed of the noise. The same seed and weights generate the same pictures.',
  }),
  interpolate: option({
    is: toggle,
    default: false,
    help: 'Interpolates between two noise vectors, which are the same for each label.',
  }),
  engine: engineOption,
};

/** Options of `sampleRun`. */
export type SampleRunOptions = Given<typeof sampleOptions>;
