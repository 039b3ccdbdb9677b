/** The command line's own types: how an option's text becomes a value, and which options commands share. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `64` or `64x48`, in pixels. */
export function parseSize(text: string): Size {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  const width = Number(match?.[1]);
  const height = Number(match?.[2] ?? match?.[1]);
  if (!match || width < 16 || height < 16 || width > 512 || height > 512) {
    throw new InvalidArgumentError('give a size from 16 to 512 pixels, as 64 or 64x48');
  }
  return { width, height };
}

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** `90`, `120s`, `2m`, `1h`, as seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match || Number(match[1]) <= 0) throw new InvalidArgumentError('give a time as 90, 120s, 2m or 1h');
  return Number(match[1]) * SECONDS[(match[2] ?? 's') as keyof typeof SECONDS];
}

/** A parser for whole numbers within bounds. */
export function parseInteger(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`give a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** A parser for numbers within bounds. */
export function parseNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`give a number from ${least} to ${most}`);
    }
    return value;
  };
}

/** Gathers `name=value`, a value being JSON where it is: `lambda=1`, `balance=false`, `loss=global`. */
export function parseSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const match = /^([A-Za-z]\w*)=(.+)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('give an option of the recipe and its value, as lambda=1');
  const [, name = '', value = ''] = match;
  try {
    return { ...before, [name]: JSON.parse(value) };
  } catch {
    return { ...before, [name]: value };
  }
}

/** What every command that trains takes. */
export interface TrainingOptions {
  readonly synthetic?: string;
  readonly real?: string;
  readonly crop?: 'eyes' | 'face' | 'none';
  readonly eyeSpan?: number;
  readonly pairs?: string;
  readonly recipe?: string;
  readonly preset?: string;
  readonly size?: Size;
  readonly run?: string;
  readonly steps?: number;
  readonly duration?: number;
  readonly engine: 'auto' | 'onnx' | 'tensorflow' | 'reference';
  readonly seed?: number;
  /** Options of the recipe, by name. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly checkpointEvery?: number;
  readonly keep?: number;
  readonly keepEvery?: number;
  readonly json?: boolean;
}

/** What an input may be. */
export const SOURCES =
  'webcam[:device], snapshots[:device], browser, eyes, mnist, a video file, a folder or glob of pictures, or an address';

/** `byDefault`: what happens without it, in words. */
export const cropOption = (byDefault: string) =>
  new Option(
    '--crop <what>',
    `what is cut out and refined; none: the pictures are crops already (default: ${byDefault})`,
  ).choices(['eyes', 'face', 'none']);

export const engineOption = () =>
  new Option('--engine <name>', 'how networks run')
    .choices(['auto', 'onnx', 'tensorflow', 'reference'])
    .default('auto');

/** Adds the options of {@link TrainingOptions}. */
export function withTrainingOptions(command: Command): Command {
  return command
    .option(
      '--recipe <name>',
      'what is trained: a name of `irisflow recipes`, or the path of a module of your own (default: simgan, or the one of the run)',
    )
    .option(
      '--synthetic <src>',
      `what is refined: ${SOURCES} (default: the run's own, in a new one what the recipe says, mostly eyes)`,
    )
    .option(
      '--real <src>',
      "what is learnt from, likewise (default: the run's own, in a new one what the recipe says, mostly the talking-face video of a checkout, else the webcam)",
    )
    .addOption(cropOption("the run's own, in a new one what the recipe says, mostly eyes"))
    .option(
      '--eye-span <distances>',
      "width of the synthetic input's eye crops in distances between the eyes (default: the run's own, in a new one 0.8, or more where irises are larger than the real ones)",
      parseNumber(0.2, 1),
    )
    .option(
      '--pairs <kind>',
      'how pairs are made of crops, in recipes that learn from pairs: see `irisflow recipes` (default: likewise)',
    )
    .option('--preset <name>', "network and learning (default: the recipe's first, or the one of the run)")
    .option(
      '--size <pixels>',
      "size of a crop, as 64 or 64x48 (default: the recipe's, or the one of the run)",
      parseSize,
    )
    .option(
      '--run <dir>',
      'folder of the run: continued where it exists (default: a folder under runs/ named after the inputs)',
    )
    .option(
      '--steps <n>',
      'training steps to make, then end (default of train: what the recipe needs; live: endless)',
      parseInteger(1, 1e9),
    )
    .option('--duration <time>', 'how long to run, as 120s or 2m, then end', parseDuration)
    .addOption(engineOption())
    .option('--seed <n>', 'seed of weights, batches and augmentation (default: 1)', parseInteger(0, 2 ** 31 - 1))
    .option(
      '--set <name=value>',
      'an option of the recipe, as lambda=1, historySize=0 or balance=false; may be given again',
      parseSetting,
    )
    .option(
      '--checkpoint-every <steps>',
      'steps between two checkpoints, and between two grids of pictures in samples/ (default: 50)',
      parseInteger(1, 1e9),
    )
    .option(
      '--keep <n>',
      'versions of the checkpoint kept, to roll back to; 0: none (default: 5)',
      parseInteger(0, 1000),
    )
    .option('--keep-every <steps>', 'steps between two of them, at least (default: 250)', parseInteger(1, 1e9))
    .option('--json', 'print JSON lines');
}
