/** Lists the cameras of this machine. */
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { startProcess } from './ffmpeg/process.js';
import { naturalOrder } from './pictures/find.js';

/** A camera of this machine. */
export interface Camera {
  /** The device for `fromWebcam`: `/dev/video0`, an index on macOS, a name on Windows. */
  readonly device: string;
  /** The camera's display name. */
  readonly name: string;
}

/** The cameras found, or the reason why none was found. */
export interface CameraList {
  /** The cameras that were found. */
  readonly cameras: readonly Camera[];
  /** Why there is none. */
  readonly reason?: string;
}

/** Options of {@link listCameras}. */
export interface ListCamerasOptions {
  /** Path of the ffmpeg that lists the cameras; by default `FFMPEG_PATH`, the system's or the installed one. Not used on Linux. */
  readonly ffmpeg?: string;
}

const LIST_TIMEOUT_MS = 10_000;

/**
 * Lists the cameras: on Linux from `/sys/class/video4linux`, on macOS and Windows with ffmpeg. The promise never rejects.
 *
 * @example
 * ```ts
 * import { listCameras } from 'irisflow/streams';
 *
 * const { cameras, reason } = await listCameras();
 * console.log(cameras.length > 0 ? cameras : reason);
 * ```
 */
export async function listCameras(options: ListCamerasOptions = {}): Promise<CameraList> {
  try {
    if (process.platform === 'linux') return await linuxCameras('/sys/class/video4linux', '/dev');
    if (process.platform === 'darwin')
      return found(parseAvfoundation(await listDevices('avfoundation', '', options.ffmpeg)));
    if (process.platform === 'win32') return found(parseDshow(await listDevices('dshow', 'dummy', options.ffmpeg)));
    return { cameras: [], reason: `cameras on ${process.platform} are not supported` };
  } catch (error) {
    return { cameras: [], reason: messageOf(error) };
  }
}

function found(cameras: readonly Camera[]): CameraList {
  if (cameras.length > 0) return { cameras };
  return { cameras, reason: 'ffmpeg sees no camera (is one connected, and may this program use it?)' };
}

/** The cameras in a `video4linux` folder of sysfs whose device is in `dev`. */
export async function linuxCameras(sysfs: string, dev: string): Promise<CameraList> {
  const nodes = (await readdir(sysfs).catch(() => [])).filter((name) => /^video\d+$/.test(name)).sort(naturalOrder);
  const cameras: Camera[] = [];
  for (const node of nodes) {
    const read = async (file: string) => (await readFile(join(sysfs, node, file), 'utf8').catch(() => '')).trim();
    // Index 0 is the video node; the other nodes of a camera deliver metadata.
    if (!['0', ''].includes(await read('index'))) continue;
    const device = join(dev, node);
    const exists = await access(device).then(
      () => true,
      () => false,
    );
    if (exists) cameras.push({ device, name: (await read('name')) || node });
  }
  if (cameras.length > 0) return { cameras };
  const reason =
    nodes.length > 0
      ? `the system has ${nodes.join(', ')}, but not in ${dev} (pass the devices through to this container)`
      : `no camera is connected (${join(dev, 'video*')}); in a container or virtual machine it must be passed through`;
  return { cameras, reason };
}

// ffmpeg lists devices on stderr and exits with an error code.
async function listDevices(system: string, input: string, ffmpeg?: string): Promise<string[]> {
  const { path } = await findFfmpeg(ffmpeg);
  const lines: string[] = [];
  const args = ['-hide_banner', '-nostdin', '-f', system, '-list_devices', 'true', '-i', input];
  const child = startProcess(path, args, { onLine: (line) => lines.push(line) });
  child.stdin.end();
  child.stdout.resume();
  const timer = setTimeout(() => void child.stop(), LIST_TIMEOUT_MS);
  await child.closed;
  clearTimeout(timer);
  return lines;
}

/** Parses ffmpeg's list of cameras on macOS, without screens. */
export function parseAvfoundation(lines: readonly string[]): Camera[] {
  const cameras: Camera[] = [];
  let video = false;
  for (const line of lines) {
    if (/AVFoundation (video|audio) devices:/.test(line)) video = /video devices:/.test(line);
    const entry = /\] \[(\d+)\] (.+)$/.exec(line);
    if (video && entry && !/^Capture screen \d+$/.test(entry[2] as string)) {
      cameras.push({ device: entry[1] as string, name: entry[2] as string });
    }
  }
  return cameras;
}

/** Parses ffmpeg's list of cameras on Windows, which has sections before version 5 and a kind on each line since. */
export function parseDshow(lines: readonly string[]): Camera[] {
  const cameras: Camera[] = [];
  let video = false;
  for (const line of lines) {
    if (/DirectShow (video|audio) devices/.test(line)) video = /DirectShow video devices/.test(line);
    const entry = /^\[[^\]]*\]\s+"(.+)"(?: \((.*)\))?$/.exec(line);
    if (entry && (entry[2] === undefined ? video : entry[2].includes('video'))) {
      cameras.push({ device: entry[1] as string, name: entry[1] as string });
    }
  }
  return cameras;
}
