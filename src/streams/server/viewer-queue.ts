/** The queue of one viewer: one pending frame for each stream, a limit of queued bytes, and credit. */
import type { EncodedFrame, Watcher } from './channel.js';

/** A connection that frames are written to. */
export interface ViewerTransport {
  /** Bytes that wait to be passed to the operating system. */
  queuedBytes(): number;
  /** Writes the frame, and calls `done` when all of it has been passed to the operating system. */
  send(frame: EncodedFrame, done: () => void): void;
}

/** Largest credit of a viewer, in frames. */
const MAX_CREDIT = 1024;

/**
 * For each stream at most one frame is being written and one waits; a newer one replaces the waiting one. A frame is written only if
 * the connection's queue stays within `maxQueuedBytes`, so that a viewer that stops reading uses bounded memory and does not affect
 * others. Of several streams, the frame that has waited longest is written first.
 */
export class ViewerQueue implements Watcher {
  readonly #pending = new Map<string, EncodedFrame>();
  readonly #writing = new Set<string>();
  #credit = Number.POSITIVE_INFINITY;
  #closed = false;
  #sent = 0;
  #skipped = 0;

  constructor(
    private readonly transport: ViewerTransport,
    private readonly maxQueuedBytes: number,
    private readonly onSent: (frame: EncodedFrame) => void,
  ) {}

  /** Frames written to the connection. */
  get sent(): number {
    return this.#sent;
  }

  /** Frames that a newer one replaced before they could be written. */
  get skipped(): number {
    return this.#skipped;
  }

  get queuedBytes(): number {
    return this.transport.queuedBytes();
  }

  offer(frame: EncodedFrame): void {
    if (this.#closed) return;
    if (this.#pending.has(frame.stream)) this.#skipped++;
    this.#pending.set(frame.stream, frame);
    this.#flush();
  }

  /** Adds credit. The first call ends the unlimited credit that a viewer starts with. */
  grant(frames: number): void {
    const credit = this.#credit === Number.POSITIVE_INFINITY ? 0 : this.#credit;
    this.#credit = Math.min(MAX_CREDIT, credit + frames);
    this.#flush();
  }

  close(): void {
    this.#closed = true;
    this.#pending.clear();
  }

  #flush(): void {
    for (const [stream, frame] of this.#pending) {
      if (this.#closed || this.#credit < 1) return;
      if (this.#writing.has(stream)) continue;
      if (this.transport.queuedBytes() + frame.bytes.length > this.maxQueuedBytes) return;
      this.#pending.delete(stream);
      this.#writing.add(stream);
      this.#credit--;
      this.#sent++;
      this.transport.send(frame, () => {
        this.#writing.delete(stream);
        this.#flush();
      });
      this.onSent(frame);
    }
  }
}
