/** Reads size, frame rate and duration of a video with ffmpeg. */
import { open, stat } from 'node:fs/promises';
import { IrisflowError } from '../../errors.js';
import { isAddress } from '../address.js';
import { pictureFormat } from '../pictures/format.js';
import { findFfmpeg } from './binary.js';
import { endOf, ffmpegError, reasonOf } from './failure.js';
import { fileInput, inputArgs, refusedFormat } from './input-args.js';
import { startProcess } from './process.js';
import { redactAddress } from './redact.js';
import { readTraits, type VideoTraits } from './traits.js';

/** Properties of a video. */
export interface VideoInfo {
  /** Displayed size in pixels: after rotation, with square pixels. */
  readonly width: number;
  /** Height of the picture, in pixels. */
  readonly height: number;
  /** Frames per second, where the file states it. */
  readonly fps?: number;
  /** Seconds; absent for live streams. */
  readonly duration?: number;
  /** The codec, for example `h264`. */
  readonly codec: string;
  /** ffmpeg's name of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly format: string;
}

/** Largest side of a video in pixels. */
const MAX_SIDE = 16_384;

/** Options of {@link probeVideo}. */
export interface ProbeOptions {
  /** Path of the ffmpeg to use; by default `FFMPEG_PATH`, the system's or the installed one. */
  readonly ffmpeg?: string;
  /** Timeout in milliseconds; 10 000 by default. */
  readonly timeout?: number;
  /** Aborts the probe. */
  readonly signal?: AbortSignal;
}

/**
 * Reads size, frame rate and duration of a video file or address.
 *
 * @throws {IrisflowError} `INPUT`, with a one-line reason, when it is missing, empty or not a video.
 * @example
 * ```ts
 * import { probeVideo } from 'irisflow/streams';
 *
 * const { width, height, fps } = await probeVideo('face.mp4');
 * console.log(width, height, fps);
 * ```
 */
export async function probeVideo(path: string, options: ProbeOptions = {}): Promise<VideoInfo> {
  return (await probeTraits(path, options)).info;
}

/** {@link probeVideo}, with what the file says of its colours and its other tracks. */
export async function probeTraits(
  path: string,
  options: ProbeOptions = {},
): Promise<{ readonly info: VideoInfo; readonly traits: VideoTraits }> {
  const { timeout = 10_000, signal } = options;
  const address = isAddress(path);
  const name = redactAddress(path);
  const start = address ? undefined : await checkFile(path);
  const binary = await findFfmpeg(options.ffmpeg);
  signal?.throwIfAborted();
  const lines: string[] = [];
  const args = ['-hide_banner', '-nostdin', ...inputArgs(path)];
  const child = startProcess(binary.path, args, {
    onLine: (line) => {
      if (lines.length < 1_000) lines.push(line);
    },
  });
  child.stdin.end();
  child.stdout.resume();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void child.stop();
  }, timeout);
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop);
  const end = await child.closed;
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (timedOut) throw ffmpegError('INPUT', `${name} gave no answer in ${timeout} ms`, lines);
  // By its name ffmpeg takes any text called .mp4 for such a file.
  const hasBoxes =
    start !== undefined && /^....(?:ftyp|mdat|wide|free|skip)/s.test(Buffer.from(start).toString('latin1'));
  const info = parseProbe(lines, hasBoxes);
  if (typeof info === 'string') throw ffmpegError('INPUT', `${name} ${info}`, lines);
  if (!info) {
    const reason = end.error ? endOf(end) : reasonOf(lines);
    const prefix = `${fileInput(path)}: `;
    const detail = reason?.startsWith(prefix) ? reason.slice(prefix.length) : reason;
    throw ffmpegError(
      'INPUT',
      `${name} is not a video that ffmpeg can read${detail ? `: ${detail}` : ''}`,
      lines,
      end.error,
    );
  }
  return { info, traits: readTraits(lines, videoLine(lines)) };
}

/** @throws {IrisflowError} `INPUT` unless there is a file with something in it. Resolves with its first bytes, where it is a plain one. */
async function checkFile(path: string): Promise<Uint8Array | undefined> {
  if (path === '' || path.includes('\0')) throw new IrisflowError('INPUT', 'The name of a video must not be empty');
  const info = await stat(path).catch((cause) => {
    throw new IrisflowError('INPUT', `There is no file ${path}`, { cause });
  });
  if (info.isDirectory()) throw new IrisflowError('INPUT', `${path} is a folder, not a video`);
  if (info.isFile() && info.size === 0) throw new IrisflowError('INPUT', `${path} is empty`);
  const start = info.isFile() ? await startOf(path) : undefined;
  const found = start && pictureFormat(start);
  if (found && 'not' in found && /HEIC/.test(found.not))
    throw new IrisflowError('INPUT', `${path} is no video: ${found.not}`);
  return start;
}

/** The line of the first video that is no cover. */
function videoLine(lines: readonly string[]): number {
  const input = lines.findIndex((line) => /^Input #0, /.test(line));
  return lines.findIndex(
    (line, i) => i > input && /^\s*Stream #0:.*: Video: /.test(line) && !/\(attached pic\)/.test(line),
  );
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Parses the output of `ffmpeg -i`, of a file that begins as MP4 does where `hasBoxes`: the properties, the reason why it is not a video, or `undefined` when ffmpeg could not open it. */
export function parseProbe(lines: readonly string[], hasBoxes = true): VideoInfo | string | undefined {
  const input = lines.findIndex((line) => /^Input #0, /.test(line));
  if (input < 0) {
    if (hasBoxes && lines.some((line) => /moov atom not found/.test(line))) {
      return 'is incomplete: its index (moov) is missing, as in a download or recording that was cut off';
    }
    const refused = lines.find((line) => / Format not on whitelist /.test(line));
    const format = refused && /^\[(\S+) @ /.exec(refused)?.[1];
    return format && refusedFormat(format);
  }
  const format = /^Input #0, (.+?), from /.exec(lines[input] ?? '')?.[1] ?? 'unknown';
  const at = videoLine(lines);
  const stream = lines[at];
  if (stream === undefined) return 'has no video in it';
  // Only an address can bring such a format: of files it is refused before.
  if (format === 'tty' || format === 'image2' || format.endsWith('_pipe')) return refusedFormat(format);
  const size = /, (\d{1,5})x(\d{1,5})/.exec(stream);
  const width = Number(size?.[1] ?? 0);
  const height = Number(size?.[2] ?? 0);
  if (width === 0 || height === 0) return 'has a video of unknown size';
  if (Math.max(width, height) > MAX_SIDE) {
    return `has a video of ${width}x${height} pixels, which is too large: at most ${MAX_SIDE} on a side are read`;
  }
  // The codec's sample aspect ratio comes first, in brackets; the container's, where it differs, overrides it.
  const aspect = [...stream.matchAll(/SAR (\d+):(\d+)/g)].at(-1);
  const sar = Number(aspect?.[1] ?? 1) / Number(aspect?.[2] ?? 1) || 1;
  const next = lines.findIndex((line, i) => i > at && /^\s*Stream #0:/.test(line));
  const about = lines.slice(at, next < 0 ? undefined : next).join('\n');
  const rotation = Number(
    /rotation of (-?[\d.]+) degrees/.exec(about)?.[1] ?? /\brotate\s*: (-?\d+)/.exec(about)?.[1] ?? 0,
  );
  const upright = Math.round(rotation / 90) % 2 === 0;
  const rate = /, ([\d.]+)(k?) (?:fps|tbr)/.exec(stream);
  const fps = rate ? Number(rate[1]) * (rate[2] ? 1_000 : 1) : 0;
  const span = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(lines.slice(input).join('\n'));
  const duration = span ? Number(span[1]) * 3_600 + Number(span[2]) * 60 + Number(span[3]) : undefined;
  return {
    width: Math.max(1, Math.round(upright ? width * sar : height / sar)),
    height: upright ? height : width,
    ...(fps > 0 ? { fps } : {}),
    ...(duration !== undefined ? { duration } : {}),
    codec: /Video: ([^\s,(]+)/.exec(stream)?.[1] ?? 'unknown',
    format,
  };
}
