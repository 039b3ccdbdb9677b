/** Builds the command that encodes a video file from pictures on stdin. */
import { extname } from 'node:path';
import { IrisflowError } from '../../errors.js';
import { LEVELS } from './failure.js';
import { EXACT } from './output.js';

/** How a kind of video file is written. */
export interface VideoKind {
  readonly format: string;
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  readonly settings: readonly string[];
}

const X264 = { encoder: 'libx264', settings: ['-preset', 'veryfast', '-crf', '14'] };
const STREAMABLE = ['-movflags', '+faststart'];
const VP9 = ['-crf', '14', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1'];

/** Containers that can tell frames apart that are less than a millisecond apart. */
const FINE = ['mp4', 'mov'];

/** The kinds that can be written, by extension. */
export const KINDS: Readonly<Record<string, VideoKind>> = {
  '.mp4': { ...X264, format: 'mp4', settings: [...X264.settings, ...STREAMABLE] },
  '.mov': { ...X264, format: 'mov', settings: [...X264.settings, ...STREAMABLE] },
  '.mkv': { ...X264, format: 'matroska' },
  '.webm': { format: 'webm', encoder: 'libvpx-vp9', settings: VP9 },
};

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

/** The command line's arguments. Colours are tagged, or players guess them from the size. */
export function encodeArgs({ kind, output, width, height, fps, passthrough }: EncodeOptions): string[] {
  const { format, encoder, settings } = KINDS[kind] as VideoKind;
  const timed = fps === undefined;
  const input = timed
    ? ['-f', 'matroska']
    : ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(fps)];
  const times = timed ? [...passthrough, '-enc_time_base', FINE.includes(format) ? '1:90000' : '1:1000'] : [];
  // Old versions end the edit list before the last frame when frames have times of their own.
  const edits = timed && FINE.includes(format) ? ['-bf', '0', '-use_editlist', '0'] : [];
  return [
    ...['-hide_banner', '-nostats', ...LEVELS],
    ...[...input, '-i', 'pipe:0'],
    ...['-an', '-filter:v', filters(width, height)],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-c:v', encoder, ...settings],
    ...['-f', format, ...times, ...edits],
    `file:${output}`,
  ];
}

// 4:2:0 needs even sides: an odd one gets its last line twice.
function filters(width: number, height: number): string {
  const right = width % 2;
  const bottom = height % 2;
  const even =
    right + bottom > 0
      ? [`pad=${width + right}:${height + bottom}`, `fillborders=right=${right}:bottom=${bottom}:mode=smear`]
      : [];
  return [...even, `scale=out_color_matrix=bt709:out_range=tv${EXACT}`, 'format=yuv420p'].join(',');
}
