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
 * Refuses what node-webcam could not put into its shell command safely: it quotes names on macOS only.
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

/** One camera. One picture at a time; its files are its own and go with {@link close}. */
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
    const asked = size?.width && size.height ? { width: size.width, height: size.height } : {};
    const webcam = nodeWebcam.create({ device: device ?? false, output: 'jpeg', saveShots: false, ...asked });
    const folder = await mkdtemp(join(tmpdir(), 'irisflow-snapshots-'));
    return new SnapshotCamera(`The camera ${device ?? ''}`.trim(), size, webcam, folder);
  }

  /** What the program said last. */
  tail(): readonly string[] {
    return this.#process?.tail() ?? [];
  }

  /** Takes one picture. */
  async shoot(): Promise<RawPicture> {
    // node-webcam's own capture() cannot be stopped when the camera hangs: it makes the command, the rest is done here.
    const file = join(this.#folder, process.platform === 'win32' ? 'shot.bmp' : 'shot.jpg');
    const child = startShell(this.#webcam.generateSh(quoted(file)));
    this.#process = child;
    child.stdin.end();
    child.stdout.resume();
    const end = await child.closed;
    const said = child.tail();
    const wrong = this.#webcam.runCaptureValidations(said.join('\n'));
    if (end.code === 127) throw ffmpegError('INPUT', INSTALL[process.platform] ?? 'the program is missing', said);
    if (end.code !== 0 || wrong) {
      const reason = said.at(-1) ?? wrong?.message ?? endOf(end).replace('ffmpeg', 'its program');
      throw ffmpegError('INPUT', `${this.#what} gave no picture: ${reason}`, said, wrong ?? end.error);
    }
    try {
      return await decodePicture(file, { size: this.#size, maxPixels: 64_000_000 });
    } catch (error) {
      const hint = said.at(-1);
      throw ffmpegError('INPUT', `${this.#what} gave no picture${hint ? `: ${hint}` : ''}`, said, error);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Stops what runs. Resolves when it is gone and the folder with it. */
  async close(): Promise<void> {
    await this.#process?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

// node-webcam puts the path into its command as it is.
function quoted(path: string): string {
  if (/['"`$\\\n]/.test(path) && process.platform !== 'win32') {
    throw new IrisflowError('INPUT', `The temporary folder ${path} has a name that a shell command cannot hold`);
  }
  return process.platform === 'win32' ? `"${path}"` : `'${path}'`;
}

// `exec` makes the shell become the program, so that stopping the one stops the other.
function startShell(command: string): RunningProcess {
  if (process.platform !== 'win32') return startProcess('/bin/sh', ['-c', `exec ${command}`]);
  return startProcess(process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', `"${command}"`], { verbatim: true });
}
