/** The output of refined frames: a video file or a folder of pictures, which never replaces a file of the input. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import type { InputFiles } from '../inputs/input.js';
import { toImages } from '../streams/to-images.js';
import { toVideo } from '../streams/to-video.js';

const VIDEO = /\.(mp4|webm|mkv|mov)$/i;
/** Names of files of other kinds, which are not supported. */
const OTHER_FILE = /\.(avi|m4v|mpe?g|ts|wmv|flv|ogv|gif|png|jpe?g|webp|tiff?|avif|bmp)$/i;

/** Opens the sink that `output` names. Rejects with `USAGE` where it is of another kind, or would replace a file of the input. */
export async function openOutput(output: string, input: InputFiles): Promise<OperatorFunction<Frame, Frame>> {
  if (OTHER_FILE.test(output)) {
    throw new IrisflowError(
      'USAGE',
      `the output ${output} must end in .mp4, .webm, .mkv or .mov for a video, or be a folder for .png pictures`,
    );
  }
  const video = VIDEO.test(output);
  const target = await resolved(output);
  const files = await Promise.all(input.paths.map(resolved));
  if (files.some((file) => target === (video ? file : dirname(file)))) {
    const problem = video ? 'is the input itself' : 'is the folder of the input, whose pictures would be replaced';
    throw new IrisflowError('USAGE', `the output ${output} ${problem}: choose another --output`);
  }
  const existing = await stat(target).catch(() => undefined);
  if (existing && existing.isDirectory() === video) {
    throw new IrisflowError('USAGE', `the output ${output} is a ${video ? 'folder' : 'file'}: choose another --output`);
  }
  return video
    ? toVideo(output, { fps: input.fps })
    : toImages(output, { name: (frame) => nameOf(frame, input.pictures) });
}

/** The absolute path without symbolic links, also of a file that does not exist yet. */
async function resolved(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await resolved(parent), basename(absolute));
  }
}

/** The name of the output picture: the input's base name, with a number for frames of a video. */
function nameOf(frame: Frame, pictures: boolean): string {
  const base = basename(frame.source, extname(frame.source));
  return pictures ? `${base}.png` : `${base}-${String(frame.sequence).padStart(6, '0')}.png`;
}
