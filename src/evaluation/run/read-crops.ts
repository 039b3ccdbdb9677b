/** A bounded number of crops of an input, spread over all of it. */
import { type Observable, type Subscription, take } from 'rxjs';
import { evenly } from '../../data/evenly.js';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Crop, CroppedFrame, Point } from '../../frame.js';
import { croppedOf } from '../../inputs/crops-of.js';
import { type Input, MOST_PIXELS_WIDE, nothingIn, openInput } from '../../inputs/input.js';
import type { CropChoice } from '../../inputs/run-input-options.js';
import type { Pictures } from '../../measures/pictures.js';
import type { RecipeConfig } from '../../models/types.js';
import { probeVideo } from '../../streams/ffmpeg/probe.js';
import { fromImages } from '../../streams/from-images.js';
import { fromVideo } from '../../streams/from-video.js';
import { findPictures } from '../../streams/pictures/find.js';
import { parseSource } from '../../streams/source-spec.js';
import type { FaceDetector } from '../../vision/detector/face-detector.js';

/** The renderer's people of an evaluation are others than those of any training with a seed below this. */
const HELD_OUT_SEED = 2 ** 31;

/** An input that has been opened, not yet read. */
export interface CropInput extends Input {
  /** Frames that will be looked at, where known. */
  readonly total: number | undefined;
  /** Milliseconds between two of them. */
  readonly frameMs: number | undefined;
  /** Whether it is the built-in renderer. */
  readonly rendered: boolean;
}

/** What was read. */
export interface ReadCrops {
  readonly pictures: Pictures;
  /** The pupil's true centre in each, where the source knows it. */
  readonly truth: readonly (Point | undefined)[];
}

/** How an input is to be opened. */
export interface CropInputOptions {
  readonly crop: CropChoice;
  readonly config: RecipeConfig;
  /** Crops wanted. */
  readonly count: number;
  readonly tell: (message: string) => void;
}

/** Rejects with `USAGE` or `INPUT`, one clear line, where the text names nothing that can be opened. */
export async function openCropInput(text: string, options: CropInputOptions): Promise<CropInput> {
  const { crop, config, count, tell } = options;
  const spec = await parseSource(text);
  if (spec.kind === 'images') {
    const paths = evenly(await findPictures(spec.pattern), count);
    const frames = fromImages(paths, { onSkip: (_, error) => tell(`${error.message}. It is skipped.`) });
    return { label: text, frames, crop, endless: false, total: paths.length, frameMs: undefined, rendered: false };
  }
  if (spec.kind === 'video') {
    const { duration, fps, width } = await probeVideo(spec.path);
    const size = width > MOST_PIXELS_WIDE ? { width: MOST_PIXELS_WIDE } : undefined;
    const sparse = duration && fps && duration * fps > count ? count / duration : undefined;
    const frames = fromVideo(spec.path, { pace: 'fast', size, fps: sparse });
    const total = sparse ? count : duration && fps ? Math.round(duration * fps) : undefined;
    return { label: text, frames, crop, endless: false, total, frameMs: sparse && 1000 / sparse, rendered: false };
  }
  const heldOut = { ...config, seed: config.seed + HELD_OUT_SEED };
  const input = await openInput(text, { live: false, loop: false, crop, config: heldOut, tell });
  // The renderer never ends; of a camera nobody knows how many frames it takes to see so many eyes.
  const frames = input.endless ? input.frames : input.frames.pipe(take(count));
  return {
    ...input,
    frames,
    total: input.endless ? undefined : count,
    frameMs: undefined,
    rendered: spec.kind === 'renderer',
  };
}

/** What reading needs besides the input. */
export interface ReadingOptions extends CropInputOptions {
  readonly name: 'synthetic' | 'real';
  readonly detector: FaceDetector;
  /** What the generator is given of each crop. */
  readonly given: (crop: Crop) => Crop;
  /** Is told the share that is done. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Reads the input to its end, or an endless one until there are enough crops. */
export async function readCrops(input: CropInput, options: ReadingOptions): Promise<ReadCrops> {
  const { config, count, detector, name, given, tell, onProgress, signal } = options;
  const groups: (readonly Crop[])[] = [];
  let [frames, crops] = [0, 0];
  const onFailure = (error: unknown) => tell(`finding faces in the ${name} input: ${messageOf(error)}`);
  await drained(input.frames.pipe(croppedOf(input, detector, config, onFailure, input.frameMs)), signal, (frame) => {
    frames++;
    if (frame.crops.length > 0) groups.push(frame.crops.map(given));
    crops += frame.crops.length;
    onProgress(Math.min(1, input.endless ? crops / count : frames / (input.total ?? count)));
    return input.endless && crops >= count;
  });
  if (crops === 0) throw new IrisflowError('INPUT', nothingIn(name, input, 'nothing to evaluate'));
  return packed(spread(groups, count), config);
}

/** Frames one by one, until the end or until `enough`. */
function drained(
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

/** Whole frames, so that both eyes of a face come together and neither side is left out. */
function spread(groups: readonly (readonly Crop[])[], count: number): Crop[] {
  const crops = groups.reduce((sum, group) => sum + group.length, 0);
  const wanted = Math.max(1, Math.round((groups.length * Math.min(count, crops)) / crops));
  return evenly(groups, wanted).flat().slice(0, count);
}

function packed(crops: readonly Crop[], { width, height }: RecipeConfig): ReadCrops {
  const bytes = width * height * 3;
  const data = new Uint8Array(crops.length * bytes);
  for (const [i, crop] of crops.entries()) data.set(crop.data, i * bytes);
  // Of several pupils in one picture none is the one that will be found.
  const truth = crops.map(({ labels }) => (labels?.pupils?.length === 1 ? labels.pupils[0] : undefined));
  return { pictures: { data, count: crops.length, width, height }, truth };
}
