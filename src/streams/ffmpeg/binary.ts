/** Finds a working ffmpeg: the configured one, else the system's, else that of `@ffmpeg-installer/ffmpeg`. */
import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { IrisflowError, messageOf } from '../../errors.js';

/** A working ffmpeg. */
export interface FfmpegBinary {
  readonly path: string;
  /** Where it was found: `option`, `FFMPEG_PATH`, `PATH` or `@ffmpeg-installer/ffmpeg`. */
  readonly origin: string;
  /** The year of the build, where it says one. */
  readonly year?: number;
  /** The output option that passes on every decoded frame exactly once; its name changed with ffmpeg 5.1. */
  readonly passthrough: readonly string[];
  /** Whether its filter `showinfo` can leave checksums out, which take time. */
  readonly plainShowInfo: boolean;
}

const CHECK_TIMEOUT_MS = 5_000;
const found = new Map<string, Promise<FfmpegBinary>>();

/**
 * Finds ffmpeg: at `path`, else at the environment variable `FFMPEG_PATH`, else `ffmpeg` on `PATH`, else the binary of
 * `@ffmpeg-installer/ffmpeg`. Where one of the first two is given, no other is tried. The result is cached.
 *
 * @throws {IrisflowError} `INPUT` when none works.
 */
export function findFfmpeg(path?: string): Promise<FfmpegBinary> {
  const key = `${path ?? ''}\n${process.env.FFMPEG_PATH ?? ''}\n${process.env.PATH ?? ''}`;
  let result = found.get(key);
  if (!result) {
    result = search(path);
    found.set(key, result);
    result.catch(() => found.delete(key));
  }
  return result;
}

async function search(path: string | undefined): Promise<FfmpegBinary> {
  if (path !== undefined) return required(path, 'option');
  if (process.env.FFMPEG_PATH) return required(process.env.FFMPEG_PATH, 'FFMPEG_PATH');
  const failures: string[] = [];
  for (const { candidate, origin } of [...onPath(), ...(await installed(failures))]) {
    try {
      return await check(candidate, origin);
    } catch (error) {
      failures.push(`${candidate}: ${messageOf(error)}`);
    }
  }
  const details = failures.length > 0 ? ` (${failures.join('; ')})` : '';
  throw new IrisflowError(
    'INPUT',
    `No ffmpeg was found${details}. Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or set FFMPEG_PATH to its path.`,
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

// The package is imported here because it throws (a string) on platforms without a binary when it is loaded.
async function installed(failures: string[]): Promise<Candidate[]> {
  const origin = '@ffmpeg-installer/ffmpeg';
  try {
    const { default: installer } = await import('@ffmpeg-installer/ffmpeg');
    makeExecutable(installer.path);
    return [{ candidate: installer.path, origin }];
  } catch (error) {
    failures.push(`${origin}: ${messageOf(error)}`);
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
    const options = { timeout: CHECK_TIMEOUT_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(path, ['-version'], options, (error, stdout) => {
      if (error) {
        reject(error.killed ? new Error(`"${path} -version" gave no answer in ${CHECK_TIMEOUT_MS} ms`) : error);
      } else {
        // Git builds have no usable version number, but their libraries do: -fps_mode came with libavformat 59.27, and -vsync was removed later.
        const major = Number(/libavformat\s+(\d+)\./.exec(stdout)?.[1] ?? 60);
        const year = Number(/^ffmpeg version .*?Copyright \(c\) \d+-(\d{4})/m.exec(stdout)?.[1]) || undefined;
        resolve({
          path,
          origin,
          ...(year && { year }),
          passthrough: [major >= 60 ? '-fps_mode' : '-vsync', 'passthrough'],
          plainShowInfo: major >= 59,
        });
      }
    });
  });
}
