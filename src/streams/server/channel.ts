/** One named stream of the server: encodes each frame once for all viewers. */
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
  /** The complete WebSocket message. */
  readonly bytes: Buffer;
  /** A view of the JPEG in `bytes`. */
  readonly jpeg: Buffer;
  readonly time: number;
  /** Whether the stream had viewers when the frame was published; only then is its age counted as latency. */
  readonly watched: boolean;
}

/** A receiver of a channel's frames. */
export interface Watcher {
  /** Offers a frame. It must neither block nor throw; the watcher queues or drops frames itself. */
  offer(frame: EncodedFrame): void;
}

export interface ChannelOptions {
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  /** Largest size of an encoded frame in bytes; larger ones cannot be sent and count as failed. */
  readonly maxBytes: number;
}

/**
 * A stream with the back-pressure policy `latest`: one frame is being encoded, at most one waits, and a newer one replaces it. Without
 * viewers nothing is encoded: the newest frame waits for a viewer and counts as in flight until a newer one replaces it.
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
    // Each picture is small and encoded once, so sharp's cache only uses memory, and more threads for one picture
    // only compete with the networks.
    sharp.cache(false);
    sharp.concurrency(1);
  }

  /** Whether a frame has been published. */
  get hasFrame(): boolean {
    return this.#newest !== undefined;
  }

  publish(frame: Frame): void {
    // Two sinks on the same stream publish the same frame object, which counts once.
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

  /** Offers every frame to `watcher` from now on, beginning with the newest. */
  join(watcher: Watcher): void {
    this.#watchers.add(watcher);
    if (this.#waiting) this.#next();
    else if (this.#latest && !this.#encoding) watcher.offer({ ...this.#latest, watched: false });
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Resolves when no frame for a viewer is being encoded. */
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
        // Optimal Huffman tables would save a fifth of the bytes, but need a second pass that takes 40 % of the time.
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
