/** Reads a bounded number of crops of an input, at even distances. */
import { type Observable, type Subscription, take } from 'rxjs';
import { evenly } from '../../data/evenly.js';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Crop, CroppedFrame, Point } from '../../frame.js';
import { croppedOf } from '../../inputs/crops-of.js';
import type { CropChoice } from '../../inputs/input.js';
import { type Input, MOST_PIXELS_WIDE, nothingIn, openInput } from '../../inputs/input.js';
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

/** An input that has been opened and not yet read. */
export interface CropInput extends Input {
  /** Number of frames to read, where known. */
  readonly total: number | undefined;
  /** Milliseconds between two frames. */
  readonly frameMs: number | undefined;
  /** Whether it is the built-in renderer. */
  readonly rendered: boolean;
}

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

/** Opens an input. Rejects with `USAGE` or `INPUT` and a one-line message where it cannot be opened. */
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
  // The renderer is endless, and for a camera the number of frames that contain enough eyes is unknown.
  const frames = input.endless ? input.frames : input.frames.pipe(take(count));
  return {
    ...input,
    frames,
    total: input.endless ? undefined : count,
    frameMs: undefined,
    rendered: spec.kind === 'eyes',
  };
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

/** Consumes frames until the end, or until `enough` returns true. */
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

/** Selects whole frames, so that both eyes of a face are kept and both sides are equally frequent. */
function spread(groups: readonly (readonly Crop[])[], count: number): Crop[] {
  const crops = groups.reduce((sum, group) => sum + group.length, 0);
  const wanted = Math.max(1, Math.round((groups.length * Math.min(count, crops)) / crops));
  return evenly(groups, wanted).flat().slice(0, count);
}

function packed(crops: readonly Crop[], { width, height }: RecipeConfig): ReadCrops {
  const bytes = width * height * 3;
  const data = new Uint8Array(crops.length * bytes);
  for (const [i, crop] of crops.entries()) data.set(crop.data, i * bytes);
  // With several pupils in one picture, it is unknown which of them is found.
  const truth = crops.map(({ labels }) => (labels?.pupils?.length === 1 ? labels.pupils[0] : undefined));
  return { pictures: { data, count: crops.length, width, height }, truth };
}
