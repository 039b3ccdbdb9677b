/** Finds an ffmpeg that runs: the one asked for, else the system's, else the one that comes with `@ffmpeg-installer/ffmpeg`. */
import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { IrisflowError, messageOf } from '../../errors.js';

/** An ffmpeg that has been seen to run. */
export interface FfmpegBinary {
  readonly path: string;
  /** Where it was found: `option`, `FFMPEG_PATH`, `PATH` or `@ffmpeg-installer/ffmpeg`. */
  readonly origin: string;
  /** The output option that passes every decoded frame on, none doubled, none dropped; its name changed with ffmpeg 5.1. */
  readonly passthrough: readonly string[];
}

const CHECK_MS = 5_000;
const found = new Map<string, Promise<FfmpegBinary>>();

/**
 * Finds ffmpeg. `path` wins, then the environment variable `FFMPEG_PATH`, then `ffmpeg` on `PATH`, then the binary of
 * `@ffmpeg-installer/ffmpeg`. A binary that was asked for by name is never replaced by another one. The answer is kept.
 *
 * @throws {IrisflowError} `INPUT` when none runs.
 */
export function findFfmpeg(path?: string): Promise<FfmpegBinary> {
  const key = `${path ?? ''}\n${process.env.FFMPEG_PATH ?? ''}\n${process.env.PATH ?? ''}`;
  let answer = found.get(key);
  if (!answer) {
    answer = search(path);
    found.set(key, answer);
    answer.catch(() => found.delete(key));
  }
  return answer;
}

async function search(path: string | undefined): Promise<FfmpegBinary> {
  if (path !== undefined) return required(path, 'option');
  if (process.env.FFMPEG_PATH) return required(process.env.FFMPEG_PATH, 'FFMPEG_PATH');
  const troubles: string[] = [];
  for (const { candidate, origin } of [...onPath(), ...(await installed(troubles))]) {
    try {
      return await check(candidate, origin);
    } catch (error) {
      troubles.push(`${candidate}: ${messageOf(error)}`);
    }
  }
  const seen = troubles.length > 0 ? ` (${troubles.join('; ')})` : '';
  throw new IrisflowError(
    'INPUT',
    `No ffmpeg was found${seen}. Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or set FFMPEG_PATH to its path.`,
  );
}

async function required(path: string, origin: string): Promise<FfmpegBinary> {
  try {
    return await check(path, origin);
  } catch (error) {
    throw new IrisflowError('INPUT', `The ffmpeg at ${path} (${origin}) does not run: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface Candidate {
  readonly candidate: string;
  readonly origin: string;
}

function onPath(): Candidate[] {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => ({ candidate: join(folder, name), origin: 'PATH' }))
    .filter(({ candidate }) => isExecutable(candidate));
}

// Imported late: on a platform that it has no binary for, the package throws (a string) when it is loaded.
async function installed(troubles: string[]): Promise<Candidate[]> {
  const origin = '@ffmpeg-installer/ffmpeg';
  try {
    const { default: installer } = await import('@ffmpeg-installer/ffmpeg');
    makeExecutable(installer.path);
    return [{ candidate: installer.path, origin }];
  } catch (error) {
    troubles.push(`${origin}: ${messageOf(error)}`);
    return [];
  }
}

// `npm install --ignore-scripts` can leave the binary without its executable bit.
function makeExecutable(path: string): void {
  if (isExecutable(path)) return;
  try {
    chmodSync(path, 0o755);
  } catch (error) {
    throw new Error(`${path} is not executable and cannot be made so (run: chmod +x ${path})`, { cause: error });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function check(path: string, origin: string): Promise<FfmpegBinary> {
  return new Promise((resolve, reject) => {
    const options = { timeout: CHECK_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(path, ['-version'], options, (error, stdout) => {
      if (error) {
        reject(error.killed ? new Error(`"${path} -version" gave no answer in ${CHECK_MS} ms`) : error);
      } else {
        // Git builds have no usable version, their libraries do: -fps_mode came with libavformat 59.27, -vsync went away later.
        const major = Number(/libavformat\s+(\d+)\./.exec(stdout)?.[1] ?? 60);
        resolve({ path, origin, passthrough: [major >= 60 ? '-fps_mode' : '-vsync', 'passthrough'] });
      }
    });
  });
}
