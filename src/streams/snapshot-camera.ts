/** Takes single pictures with node-webcam: fswebcam on Linux, imagesnap on macOS, CommandCam on Windows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Webcam } from 'node-webcam';
import { IrisflowError } from '../errors.js';
import { endOf, ffmpegError } from './ffmpeg/failure.js';
import type { RawPicture } from './ffmpeg/ppm-reader.js';
import { type RunningProcess, startProcess } from './ffmpeg/process.js';
import { decodePicture } from './pictures/decode.js';
import type { FrameSize } from './size.js';

const INSTALL: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'fswebcam is not installed (apt install fswebcam)',
  darwin: 'imagesnap is not installed (brew install imagesnap)',
};

/**
 * Refuses names that are not safe in node-webcam's shell command, which quotes them on macOS only.
 *
 * @throws {IrisflowError} `USAGE`
 */
export function checkSnapshotDevice(device: string, platform: NodeJS.Platform = process.platform): string {
  const rules: Partial<Record<NodeJS.Platform, [RegExp, string]>> = {
    win32: [/^\d{1,3}$/, 'a number'],
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    darwin: [/^[^-'\\\u0000-\u001f\u007f][^'\\\u0000-\u001f\u007f]{0,199}$/, 'a name without quotes'],
  };
  const [rule, words] = rules[platform] ?? [/^[A-Za-z0-9/][\w./:@-]{0,199}$/, 'a path such as /dev/video0'];
  if (typeof device === 'string' && rule.test(device)) return device;
  const shown = JSON.stringify(String(device).slice(0, 40));
  throw new IrisflowError('USAGE', `${shown} is no camera to take snapshots with: it must be ${words}`);
}

/** A camera for still pictures, one at a time. Its temporary folder is removed by {@link close}. */
export class SnapshotCamera {
  readonly #what: string;
  readonly #size: FrameSize | undefined;
  readonly #webcam: Webcam;
  readonly #folder: string;
  #process: RunningProcess | undefined;

  private constructor(what: string, size: FrameSize | undefined, webcam: Webcam, folder: string) {
    this.#what = what;
    this.#size = size;
    this.#webcam = webcam;
    this.#folder = folder;
  }

  static async open(device: string | undefined, size: FrameSize | undefined): Promise<SnapshotCamera> {
    const { default: nodeWebcam } = await import('node-webcam').catch((cause: unknown) => {
      throw new IrisflowError('INPUT', 'Snapshots need the package node-webcam. Run npm install node-webcam.', {
        cause,
      });
    });
    const requestedSize = size?.width && size.height ? { width: size.width, height: size.height } : {};
    const webcam = nodeWebcam.create({ device: device ?? false, output: 'jpeg', saveShots: false, ...requestedSize });
    const folder = await mkdtemp(join(tmpdir(), 'irisflow-snapshots-'));
    return new SnapshotCamera(`The camera ${device ?? ''}`.trim(), size, webcam, folder);
  }

  /** The last lines of the program's output. */
  tail(): readonly string[] {
    return this.#process?.tail() ?? [];
  }

  /** Takes one picture. */
  async shoot(): Promise<RawPicture> {
    // node-webcam's capture() cannot be stopped when the camera hangs, so only its command is used.
    const file = join(this.#folder, process.platform === 'win32' ? 'shot.bmp' : 'shot.jpg');
    const child = startShell(this.#webcam.generateSh(quoted(file)));
    this.#process = child;
    child.stdin.end();
    child.stdout.resume();
    const end = await child.closed;
    const output = child.tail();
    const failure = this.#webcam.runCaptureValidations(output.join('\n'));
    if (end.code === 127) throw ffmpegError('INPUT', INSTALL[process.platform] ?? 'the program is missing', output);
    if (end.code !== 0 || failure) {
      const reason = output.at(-1) ?? failure?.message ?? endOf(end).replace('ffmpeg', 'its program');
      throw ffmpegError('INPUT', `${this.#what} gave no picture: ${reason}`, output, failure ?? end.error);
    }
    try {
      return await decodePicture(file, { size: this.#size, maxPixels: 64_000_000 });
    } catch (error) {
      const hint = output.at(-1);
      throw ffmpegError('INPUT', `${this.#what} gave no picture${hint ? `: ${hint}` : ''}`, output, error);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Stops the running process. Resolves when it has ended and the folder is removed. */
  async close(): Promise<void> {
    await this.#process?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

// node-webcam does not quote the path in its command.
function quoted(path: string): string {
  if (/['"`$\\\n]/.test(path) && process.platform !== 'win32') {
    throw new IrisflowError('INPUT', `The temporary folder ${path} has a name that a shell command cannot hold`);
  }
  return process.platform === 'win32' ? `"${path}"` : `'${path}'`;
}

// `exec` replaces the shell by the program, so that stopping the process stops the program.
function startShell(command: string): RunningProcess {
  if (process.platform !== 'win32') return startProcess('/bin/sh', ['-c', `exec ${command}`]);
  return startProcess(process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', `"${command}"`], { verbatim: true });
}
