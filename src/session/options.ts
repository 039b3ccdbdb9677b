/** The options of sessions, and of what is done with their runs. */
import * as v from 'valibot';
import { engineOption } from '../engine/engine-option.js';
import { cropOption, runInputOptions } from '../inputs/run-input-options.js';
import { integer, type Kind, number, text, toggle } from '../options/kinds.js';
import { type Given, option, withOptions } from '../options/option.js';

/** Seeds above are those of evaluations. */
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
    defaultWords: "the run's own, in a new one simgan",
    help: 'What is trained: a name of `irisflow recipes`, or the path of a module whose default export is a recipe.',
  }),
  preset: option({
    is: text('the name of a preset'),
    placeholder: 'name',
    defaultWords: "the run's own, in a new one the recipe's first",
    help: 'Which networks, and how they learn.',
  }),
  size: option({
    is: size,
    placeholder: 'pixels',
    defaultWords: "the run's own, in a new one the recipe's, mostly 64x64",
    help: 'The size of a crop, on the command line as 64 or 64x48.',
  }),
  seed: option({
    is: seedKind,
    defaultWords: "the run's own, in a new one 1",
    help: 'Decides weights, batches, augmentation and history.',
  }),
  set: option({
    is: settings,
    placeholder: 'name=value',
    help: 'Options of the recipe, on the command line one at a time as lambda=1, historySize=0 or balance=false. In a run that exists they change from now on.',
  }),
  run: option({
    is: text(RUN),
    placeholder: 'dir',
    defaultWords: 'a folder under runs/ named after inputs, preset and size',
    help: 'The folder of the run, which is continued where it exists.',
  }),
  steps: option({
    is: integer(1, 1e9),
    defaultWords: 'endless when live or with a duration, else what the recipe needs to show what it can',
    help: 'Ends after so many training steps of this session.',
  }),
  duration: option({
    is: number(0.001),
    placeholder: 'time',
    defaultWords: 'endless',
    help: 'Ends after so many seconds, on the command line also as 120s, 2m or 1h.',
  }),
  engine: engineOption,
  checkpointEvery: option({
    is: integer(1, 1e9),
    default: 50,
    placeholder: 'steps',
    help: 'Steps between two checkpoints, and between two grids of pictures in samples/.',
  }),
  keep: option({
    is: integer(0, 1000),
    default: 5,
    help: 'How many versions of the checkpoint are kept, to roll back to. 0 keeps none.',
  }),
  keepEvery: option({
    is: integer(1, 1e9),
    default: 250,
    placeholder: 'steps',
    help: 'Steps between two kept versions, at least.',
  }),
};

/** Options that live and offline training share. Inputs are written as on the command line (see `parseSource`). */
export type TrainingSessionOptions = Given<typeof trainingOptions>;

type Training = typeof trainingOptions;

/** The declarations of the options that live and offline training share. */
export interface TrainingOptions extends Training {}

const shared: TrainingOptions = trainingOptions;

export const liveOptions = withOptions(shared, {
  port: option({ is: integer(0, 65_535), default: 8787, help: 'The port of the page. 0 takes any free one.' }),
  host: option({
    is: text('an address or host name'),
    default: '127.0.0.1',
    placeholder: 'address',
    help: 'The address to serve on.',
  }),
  loop: option({ is: toggle, default: true, help: 'Files play again when they end.' }),
  fallback: option({
    is: toggle,
    default: true,
    help: 'Safeguard: raw frames, flagged, take the place of refined ones that no longer show what they should.',
  }),
});

/** Options of `openLiveSession`. */
export type LiveSessionOptions = Given<typeof liveOptions>;

const trainedRun = option({ is: text(RUN), required: true, placeholder: 'dir', help: 'The folder of the run.' });

/** What was trained on is cut out where nobody says what. */
const trainedCrop = option({ ...cropOption, defaultWords: 'as in training' });

export const refineOptions = {
  source: option({
    is: text('a video file, or a folder or glob of pictures'),
    required: true,
    placeholder: 'src',
    help: 'A video file, or a folder or glob of pictures.',
  }),
  run: trainedRun,
  output: option({
    is: text('a path'),
    required: true,
    placeholder: 'out',
    help: 'A video file to write (.mp4, .webm, .mkv, .mov), or a folder for one .png per picture.',
  }),
  fps: option({
    is: number(0.001, 1_000),
    defaultWords: '25; a video keeps the times of its frames',
    help: 'Frames a second of a video made of pictures.',
  }),
  crop: option({
    ...trainedCrop,
    help: `${cropOption.help} Where the recipe makes pictures larger (srgan), none refines whole pictures of any size.`,
  }),
  engine: engineOption,
};

/** Options of `refineSource`. */
export type RefineSourceOptions = Given<typeof refineOptions>;

export const sampleOptions = {
  run: trainedRun,
  count: option({ is: integer(1, 1_000_000), required: true, help: 'How many pictures.' }),
  output: option({
    is: text('a path'),
    required: true,
    placeholder: 'dir',
    help: 'The folder for 000001.png and so on; where the recipe takes labels, for a folder of each.',
  }),
  label: option({
    is: text('the name of a label'),
    placeholder: 'name',
    defaultWords: 'pictures are spread evenly over all',
    help: 'Only this label.',
  }),
  seed: option({
    is: seedKind,
    default: 1,
    help: 'Decides the noise: the same seed and weights make the same pictures.',
  }),
  interpolate: option({
    is: toggle,
    default: false,
    help: 'Pictures on the way from one noise to another, the same way for each label.',
  }),
  engine: engineOption,
};

/** Options of `sampleRun`. */
export type SampleRunOptions = Given<typeof sampleOptions>;
