/** Reads a bounded number of crops of an input, spread over all of it. */
import type { Observable, Subscription } from 'rxjs';
import { IrisflowError, messageOf } from '../../errors.js';
import { evenly } from '../../evenly.js';
import type { Crop, CroppedFrame, Point } from '../../frame.js';
import { croppedOf } from '../../inputs/crops-of.js';
import { type Input, nothingIn, openInput } from '../../inputs/input.js';
import type { CropChoice } from '../../inputs/run-input-options.js';
import type { Pictures } from '../../measures/pictures.js';
import type { RecipeConfig } from '../../models/types.js';
import type { FaceDetector } from '../../vision/detector/face-detector.js';

/** Added to the seed of the renderer, so that it shows other people in an evaluation than in a training, whose seeds are smaller. */
const HELD_OUT_SEED = 2 ** 31;

/** The crops of an input. */
export interface ReadCrops {
  readonly pictures: Pictures;
  /** The pupil's true centre in each crop, where the source labels it. */
  readonly truth: readonly (Point | undefined)[];
}

/** Options of opening an input. */
export interface CropInputOptions {
  readonly crop: CropChoice;
  readonly config: RecipeConfig;
  /** Number of crops to read. */
  readonly count: number;
  readonly tell: (message: string) => void;
}

/** Opens an input. Rejects with `USAGE` or `INPUT` and a message of one line where the text names nothing that can be opened. */
export function openCropInput(text: string, { crop, config, count, tell }: CropInputOptions): Promise<Input> {
  const heldOut = { ...config, seed: config.seed + HELD_OUT_SEED };
  return openInput(text, { reading: { as: 'sample', count }, crop, config: heldOut, tell });
}

/** Options of reading an input. */
export interface ReadingOptions extends CropInputOptions {
  readonly name: 'synthetic' | 'real';
  readonly detector: FaceDetector;
  /** Converts each crop to the generator's input. */
  readonly given: (crop: Crop) => Crop;
  /** Called with the finished share, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Reads the input to its end, or an endless one until there are enough crops. */
export async function readCrops(input: Input, options: ReadingOptions): Promise<ReadCrops> {
  const { config, count, detector, name, given, tell, onProgress, signal } = options;
  const groups: (readonly Crop[])[] = [];
  let [frames, crops] = [0, 0];
  const onFailure = (error: unknown) => tell(`finding faces in the ${name} input: ${messageOf(error)}`);
  await drain(input.frames.pipe(croppedOf(input, detector, config, onFailure, input.frameMs)), signal, (frame) => {
    frames++;
    if (frame.crops.length > 0) groups.push(frame.crops.map(given));
    crops += frame.crops.length;
    onProgress(Math.min(1, input.endless ? crops / count : frames / (input.total ?? count)));
    return input.endless && crops >= count;
  });
  if (crops === 0) throw new IrisflowError('INPUT', nothingIn(name, input, 'nothing to evaluate'));
  return pack(spread(groups, count), config);
}

/** Consumes frames until the end, or until `enough` returns true. */
function drain(
  frames: Observable<CroppedFrame>,
  signal: AbortSignal,
  enough: (frame: CroppedFrame) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let subscription: Subscription | undefined;
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', onAbort);
      subscription?.unsubscribe();
      settle();
    };
    const onAbort = () => end(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    subscription = frames.subscribe({
      next: (frame) => {
        if (enough(frame)) end(resolve);
      },
      error: (error) => end(() => reject(error)),
      complete: () => end(resolve),
    });
  });
}

/** Selects whole frames, so that both eyes of a face are kept and both sides are equally frequent. */
function spread(groups: readonly (readonly Crop[])[], count: number): Crop[] {
  const crops = groups.reduce((sum, group) => sum + group.length, 0);
  const groupCount = Math.max(1, Math.round((groups.length * Math.min(count, crops)) / crops));
  return evenly(groups, groupCount).flat().slice(0, count);
}

function pack(crops: readonly Crop[], { width, height }: RecipeConfig): ReadCrops {
  const bytes = width * height * 3;
  const data = new Uint8Array(crops.length * bytes);
  for (const [i, crop] of crops.entries()) data.set(crop.data, i * bytes);
  // With several pupils in one picture, it is unknown which of them is found.
  const truth = crops.map(({ labels }) => (labels?.pupils?.length === 1 ? labels.pupils[0] : undefined));
  return { pictures: { data, count: crops.length, width, height }, truth };
}
