/** One named stream of the server: frames come in, each is encoded once, viewers get the same bytes. */
import sharp from 'sharp';
import { messageOf } from '../../errors.js';
import { Rate } from '../../flow/rate.js';
import type { Frame } from '../../frame.js';
import { LatencyWindow } from './measures.js';
import { encodeHeader } from './protocol.js';
import type { StreamCounts } from './state.js';

/** Frames a second are measured over so many milliseconds. */
const RATE_WINDOW_MS = 3000;

/** Up to this many pixels colour is kept at full resolution: crops are looked at enlarged. */
const SMALL_PICTURE = 256 * 256;

/** One encoded frame, shared by all viewers. */
export interface EncodedFrame {
  readonly stream: string;
  /** The whole WebSocket message. */
  readonly bytes: Buffer;
  /** The JPEG in it, a view. */
  readonly jpeg: Buffer;
  readonly time: number;
  /** Whether somebody watched when the frame came: only then is its age a latency. */
  readonly watched: boolean;
}

/** Whoever wants the frames of a channel. */
export interface Watcher {
  /** Must neither block nor throw; what it cannot take now it keeps or drops itself. */
  offer(frame: EncodedFrame): void;
}

export interface ChannelOptions {
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  /** An encoded frame longer than this cannot be sent to anybody, so it counts as failed. */
  readonly maxBytes: number;
}

/**
 * Overflow is `latest`: one frame is being encoded, at most one waits, a newer one replaces it. While nobody watches nothing is
 * encoded: the newest frame waits for a viewer, and counts as in flight until a newer one drops it.
 */
export class Channel {
  readonly latency = new LatencyWindow();
  readonly #watchers = new Set<Watcher>();
  readonly #published = new Rate(RATE_WINDOW_MS);
  readonly #encoded = new Rate(RATE_WINDOW_MS);
  #waiting: { readonly frame: Frame; readonly watched: boolean } | undefined;
  #encoding = false;
  #newest: Frame | undefined;
  #latest: EncodedFrame | undefined;
  #idle: (() => void) | undefined;
  #in = 0;
  #out = 0;
  #dropped = 0;
  #failed = 0;
  #unwatched = 0;
  #lastFailure: string | undefined;

  constructor(
    readonly name: string,
    private readonly options: ChannelOptions,
  ) {
    // Encoding happens once and on small pictures: sharp's operation cache only holds memory, and more threads inside one
    // picture only take them from the networks.
    sharp.cache(false);
    sharp.concurrency(1);
  }

  /** Whether any frame has come yet. */
  get hasFrame(): boolean {
    return this.#newest !== undefined;
  }

  publish(frame: Frame): void {
    // Two sinks of one server on one stream see the same frame: it is one frame.
    if (frame === this.#newest) return;
    this.#newest = frame;
    this.#in++;
    this.#published.tick();
    if (this.#waiting) {
      this.#dropped++;
      if (!this.#waiting.watched) this.#unwatched++;
    }
    this.#waiting = { frame, watched: this.#watchers.size > 0 };
    this.#next();
  }

  /** From now on `watcher` is offered every frame, beginning with the newest there is. */
  join(watcher: Watcher): void {
    this.#watchers.add(watcher);
    if (this.#waiting) this.#next();
    else if (this.#latest && !this.#encoding) watcher.offer({ ...this.#latest, watched: false });
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Resolves when nothing that a viewer waits for is still to be encoded. */
  drained(): Promise<void> {
    if (!this.#encoding) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  counts(): StreamCounts {
    return {
      in: this.#in,
      out: this.#out,
      dropped: this.#dropped,
      failed: this.#failed,
      inFlight: (this.#waiting ? 1 : 0) + (this.#encoding ? 1 : 0),
      unwatched: this.#unwatched,
      fps: this.#published.perSecond(),
      fpsOut: this.#encoded.perSecond(),
      latency: this.latency.percentiles(),
      viewers: this.#watchers.size,
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
    };
  }

  #next(): void {
    if (this.#encoding || !this.#waiting || this.#watchers.size === 0) return;
    const { frame, watched } = this.#waiting;
    this.#waiting = undefined;
    this.#encoding = true;
    this.#encode(frame).then(
      (jpeg) => this.#done(frame, watched, jpeg),
      (error) => this.#fail(messageOf(error)),
    );
  }

  async #encode({ data, width, height }: Frame): Promise<Buffer> {
    return await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({
        quality: this.options.quality,
        chromaSubsampling: width * height <= SMALL_PICTURE ? '4:4:4' : '4:2:0',
        // Optimal Huffman tables cost a second pass, 40 % of the time, for a fifth of the bytes.
        optimiseCoding: false,
      })
      .toBuffer();
  }

  #done(frame: Frame, watched: boolean, jpeg: Buffer): void {
    const header = encodeHeader({
      stream: this.name,
      sequence: frame.sequence,
      time: frame.time,
      width: frame.width,
      height: frame.height,
      version: frame.version ?? 0,
      refined: frame.refined ?? frame.version !== undefined,
    });
    const bytes = Buffer.concat([header, jpeg]);
    if (bytes.length > this.options.maxBytes) {
      this.#fail(
        `an encoded frame of ${bytes.length} bytes is over the ${this.options.maxBytes} that a viewer may have queued: lower quality or raise maxQueuedBytes`,
      );
      return;
    }
    this.#latest = { stream: this.name, bytes, jpeg: bytes.subarray(header.length), time: frame.time, watched };
    this.#out++;
    this.#encoded.tick();
    this.#encoding = false;
    for (const watcher of this.#watchers) watcher.offer(this.#latest);
    this.#after();
  }

  #fail(why: string): void {
    this.#failed++;
    this.#lastFailure = why;
    this.#encoding = false;
    this.#after();
  }

  #after(): void {
    this.#next();
    if (this.#encoding) return;
    this.#idle?.();
    this.#idle = undefined;
  }
}
