/** Decodes a video file completely and counts its frames. */
import type { FfmpegBinary } from './binary.js';
import { LEVELS, reasonOf } from './failure.js';
import { type RunningProcess, startProcess } from './process.js';

/** What decoding a file gave. */
export interface FrameCount {
  /** Frames that were decoded. */
  readonly frames: number;
  /** What ffmpeg said last, where the file could not be decoded without an error. */
  readonly reason: string | undefined;
}

/**
 * Decodes the first video of a file and throws the pictures away. `onProcess` is given the process, to stop it. Never rejects: a file that
 * cannot be read has no frames.
 */
export async function countFrames(
  { path, passthrough }: FfmpegBinary,
  file: string,
  onProcess: (child: RunningProcess) => void = () => {},
): Promise<FrameCount> {
  const input = ['-hide_banner', '-nostdin', '-nostats', ...LEVELS, '-i', `file:${file}`];
  const child = startProcess(path, [
    ...input,
    '-map',
    '0:V:0',
    ...passthrough,
    '-progress',
    'pipe:1',
    '-f',
    'null',
    '-',
  ]);
  onProcess(child);
  child.stdin.end();
  let frames = 0;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('frame=')) frames = Number(line.slice('frame='.length));
  });
  const { code } = await child.closed;
  return { frames, reason: code === 0 ? undefined : reasonOf(child.tail()) };
}
