/** Builds the command that encodes a video file from pictures on stdin. */
import { extname } from 'node:path';
import { IrisflowError } from '../../errors.js';

/** How each kind of file is encoded. */
const KINDS: Record<string, { readonly format: string; readonly codec: readonly string[] }> = {
  '.mp4': { format: 'mp4', codec: x264('-movflags', '+faststart') },
  '.mov': { format: 'mov', codec: x264('-movflags', '+faststart') },
  '.mkv': { format: 'matroska', codec: x264() },
  '.webm': {
    format: 'webm',
    codec: ['-c:v', 'libvpx-vp9', '-crf', '24', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1'],
  },
};

function x264(...more: string[]): string[] {
  return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', ...more];
}

/** @throws {IrisflowError} `USAGE` for a name that ends in none of the kinds. */
export function checkVideoName(path: string): string {
  const kind = extname(path).toLowerCase();
  if (kind in KINDS && !path.includes('\0')) return kind;
  throw new IrisflowError('USAGE', `${path} must end in one of ${Object.keys(KINDS).join(', ')}`);
}

/** What is encoded. */
export interface EncodeOptions {
  /** The extension, as {@link checkVideoName} gives it. */
  readonly kind: string;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  /** Frames a second; without it stdin is Matroska, with a time for each frame. */
  readonly fps: number | undefined;
  readonly passthrough: readonly string[];
}

/**
 * fluent-ffmpeg puts the command together; it does not run it. Its own runner first asks ffmpeg for its formats, which
 * fails on some versions, and leaves a process behind when this one ends. It is loaded when a file is written, not before.
 */
export async function encodeArgs(options: EncodeOptions): Promise<string[]> {
  const { default: ffmpeg } = await import('fluent-ffmpeg');
  const { kind, output, width, height, fps } = options;
  const { format, codec } = KINDS[kind] as (typeof KINDS)[string];
  const timed = fps === undefined;
  const command = ffmpeg().input('pipe:0');
  if (timed) command.inputFormat('matroska');
  else command.inputFormat('rawvideo').inputOptions('-pix_fmt', 'rgb24', '-s', `${width}x${height}`).inputFPS(fps);
  command
    .noAudio()
    .videoFilters(filters(width, height))
    // Tagged, or players guess the colours from the size.
    .outputOptions('-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', ...codec)
    .format(format)
    .output(`file:${output}`);
  if (timed) command.outputOptions(...options.passthrough, '-enc_time_base', '1:1000');
  // Old versions end the edit list before the last frame when frames have times of their own.
  if (timed && (format === 'mp4' || format === 'mov')) command.outputOptions('-bf', '0', '-use_editlist', '0');
  return ['-hide_banner', '-nostats', '-loglevel', 'info', ...command._getArguments()];
}

// 4:2:0 needs even sides: an odd one gets its last line twice.
function filters(width: number, height: number): string[] {
  const right = width % 2;
  const bottom = height % 2;
  const even =
    right + bottom > 0
      ? [`pad=${width + right}:${height + bottom}`, `fillborders=right=${right}:bottom=${bottom}:mode=smear`]
      : [];
  return [...even, 'scale=out_color_matrix=bt709:out_range=tv', 'format=yuv420p'];
}
