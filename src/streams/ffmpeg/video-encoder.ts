/** Encodes one video file: an ffmpeg process that reads from stdin and writes to a temporary name until the file is complete. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { unfinishedFile } from '../unfinished.js';
import { type FfmpegBinary, findFfmpeg } from './binary.js';
import { countFrames } from './count-frames.js';
import { checkVideoName, encodeArgs } from './encode-args.js';
import { endOf, errorsOf, ffmpegError, reasonOf } from './failure.js';
import { type RunningProcess, startProcess } from './process.js';
import { matroskaFrame, matroskaHeader } from './raw-matroska.js';

/** Options of {@link VideoEncoder}. */
export interface EncoderOptions {
  readonly fps: number | undefined;
  readonly ffmpeg: string | undefined;
}

/** When a frame is shown: its own time in its file, else that of its reading. */
const microseconds = ({ pts, time }: Frame): number => pts ?? time * 1_000;

let serial = 0;

/** Writes frames of one size to a video file. Calls must not overlap. */
export class VideoEncoder {
  readonly #path: string;
  readonly #part: string;
  readonly #kind: string;
  #binary: FfmpegBinary | undefined;
  #process: RunningProcess | undefined;
  #sent = 0;
  #settled: () => void = () => {};
  #first: Frame | undefined;
  #time = -1;
  #ended = false;

  constructor(
    path: string,
    private readonly options: EncoderOptions,
  ) {
    this.#kind = checkVideoName(path);
    this.#path = resolve(path);
    const name = `.${basename(path, extname(path))}.${process.pid}-${serial++}.part${this.#kind}`;
    this.#part = join(dirname(this.#path), name);
  }

  /** Resolves when ffmpeg has accepted the frame. */
  async write(frame: Frame): Promise<void> {
    const child = this.#process ?? (await this.#start(frame));
    const { width, height } = this.#first ?? frame;
    if (frame.width !== width || frame.height !== height) {
      const sizes = `frame ${frame.sequence} has ${frame.width}×${frame.height}, but the video ${width}×${height}`;
      throw new IrisflowError('SINK', `${this.#path} needs frames of one size: ${sizes}`);
    }
    if (this.options.fps === undefined) await this.#send(child, this.#timed(frame));
    await this.#send(child, frame.data);
    this.#sent++;
  }

  /**
   * Resolves when the file is complete and renamed, which happens only when it has been decoded and has as many frames as were written:
   * ffmpeg can end without an error although the disk was full. Without a frame no file is written.
   */
  async finish(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    child.stdin.end();
    const end = await child.closed;
    if (this.#ended) return;
    if (end.code !== 0) throw await this.#failure(child);
    await this.#prove(child);
    if (this.#ended) return;
    await rename(this.#part, this.#path).catch((cause) => {
      throw new IrisflowError('SINK', `${this.#path} cannot be written: ${messageOf(cause)}`, { cause });
    });
    this.#settled();
    this.#ended = true;
  }

  /** Stops ffmpeg and removes the unfinished file. Does nothing after {@link finish}. */
  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#process?.stop();
    await rm(this.#part, { force: true }).catch(() => {});
    this.#settled();
  }

  async #start(frame: Frame): Promise<RunningProcess> {
    const { width, height } = frame;
    const { fps, ffmpeg } = this.options;
    this.#first = frame;
    const binary = await findFfmpeg(ffmpeg);
    await mkdir(dirname(this.#path), { recursive: true }).catch((cause) => {
      throw new IrisflowError('SINK', `${dirname(this.#path)} cannot be made: ${messageOf(cause)}`, { cause });
    });
    this.#binary = binary;
    const { passthrough } = binary;
    const args = encodeArgs({ kind: this.#kind, output: this.#part, width, height, fps, passthrough });
    if (this.#ended) throw new IrisflowError('SINK', 'The video was given up');
    this.#settled = unfinishedFile(this.#part);
    const child = startProcess(binary.path, args);
    child.stdout.resume();
    this.#process = child;
    if (fps === undefined) await this.#send(child, matroskaHeader(width, height));
    return child;
  }

  async #prove(child: RunningProcess): Promise<void> {
    const { frames, reason } = await countFrames(this.#binary as FfmpegBinary, this.#part, (counting) => {
      this.#process = counting;
    });
    if (this.#ended || frames === this.#sent) return;
    const counted = `only ${frames} of ${this.#sent} frames can be read back`;
    const cause = errorsOf(child.tail()).at(-1) ?? reason;
    const message = `${this.#path} cannot be written: ${cause ? `${cause} (${counted})` : counted}`;
    throw ffmpegError('SINK', message, child.tail());
  }

  // Timestamps are since the first frame and at least a millisecond apart, which is what Matroska can tell apart.
  #timed(frame: Frame): Buffer {
    const time = Math.round(microseconds(frame) - microseconds(this.#first ?? frame));
    this.#time = this.#time < 0 ? 0 : Math.max(time, this.#time + 1_000);
    return matroskaFrame(this.#time, frame.data.length);
  }

  #send(child: RunningProcess, bytes: Uint8Array): Promise<void> {
    return new Promise((done, fail) => {
      child.stdin.write(bytes, (error) => {
        if (error) this.#failure(child).then(fail, fail);
        else done();
      });
    });
  }

  // ffmpeg closes its stdin before it has printed the reason, so the error waits for the end of the process.
  async #failure(child: RunningProcess): Promise<IrisflowError> {
    if (this.#ended) return new IrisflowError('SINK', 'The video was given up');
    const end = await child.closed;
    const tail = child.tail();
    const reason = end.error || end.signal ? endOf(end) : (reasonOf(tail) ?? endOf(end));
    return ffmpegError('SINK', `${this.#path} cannot be written: ${reason}`, tail, end.error);
  }
}
