/** The output of refined frames: a video file or a folder of pictures, which never replaces a file of the input. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { IrisflowError } from '../errors.js';
import type { Frame } from '../frame.js';
import type { InputFiles } from '../inputs/input.js';
import { outputName } from '../inputs/output-names.js';
import { toImages } from '../streams/to-images.js';
import { toVideo } from '../streams/to-video.js';

const VIDEO = /\.(mp4|webm|mkv|mov)$/i;
/** Names of files of other kinds, which are not supported. */
const OTHER_FILE = /\.(avi|m4v|mpe?g|ts|wmv|flv|ogv|gif|png|jpe?g|webp|tiff?|avif|bmp)$/i;

/** Frames a second of a video made of pictures, where nobody says. */
export const PICTURE_RATE = 25;

/**
 * The sink that `output` means; `fps` is the rate of a video made of pictures. Rejects with `USAGE` where it means none, or would replace
 * a file that is read.
 */
export async function openOutput(
  output: string,
  input: InputFiles,
  fps?: number,
): Promise<OperatorFunction<Frame, Frame>> {
  if (OTHER_FILE.test(output)) {
    throw new IrisflowError(
      'USAGE',
      `the output ${output} must end in .mp4, .webm, .mkv or .mov for a video, or be a folder for .png pictures`,
    );
  }
  const video = isVideoOutput(output);
  const target = await resolved(output);
  if (fps !== undefined && !(video && input.pictures)) {
    throw new IrisflowError('USAGE', 'fps is for a video made of pictures: a video keeps the times of its frames');
  }
  const files = await Promise.all(input.paths.map(resolved));
  const { root } = input;
  const written = new Set(root === undefined ? [] : input.paths.map((path) => join(target, outputName(path, root))));
  if (files.some((file) => target === (video ? file : dirname(file)) || (!video && written.has(file)))) {
    const what = video ? 'is the input itself' : 'is the folder of the input, whose pictures would be replaced';
    throw new IrisflowError('USAGE', `the output ${output} ${what}: choose another --output`);
  }
  const existing = await stat(target).catch(() => undefined);
  if (existing && existing.isDirectory() === video) {
    throw new IrisflowError('USAGE', `the output ${output} is a ${video ? 'folder' : 'file'}: choose another --output`);
  }
  return video
    ? toVideo(output, { fps: input.pictures ? (fps ?? PICTURE_RATE) : input.fps })
    : toImages(output, { name: (frame) => nameOf(frame, input) });
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

/** The place of a picture inside the input's folder, as `.png`; frames of a video are numbered. */
function nameOf({ source, sequence }: Frame, { pictures, root = dirname(source) }: InputFiles): string {
  const name = outputName(source, root);
  return pictures ? name : name.replace(/\.png$/, `-${String(sequence).padStart(6, '0')}.png`);
}

/** Whether an output is a video file. */
export function isVideoOutput(output: string): boolean {
  return VIDEO.test(output);
}
