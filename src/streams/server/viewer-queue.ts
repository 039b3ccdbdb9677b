/** What one viewer still has to get: one pending frame a stream, a bound on queued bytes, and credit. */
import type { EncodedFrame, Watcher } from './channel.js';

/** A connection that frames are written to. */
export interface ViewerTransport {
  /** Bytes accepted but not yet taken by the operating system. */
  queuedBytes(): number;
  /** Writes the frame; calls `done` once the operating system has all of it. */
  send(frame: EncodedFrame, done: () => void): void;
}

/** Credit beyond this is not kept: nobody needs more frames in flight. */
const MAX_CREDIT = 1024;

/**
 * Of each stream at most one frame is being written and one waits; a newer one replaces the one that waits. Nothing is written
 * that would put more than `maxQueuedBytes` into the connection's queue, so a viewer that stops reading holds a bounded amount
 * of memory and costs the others nothing. Streams take turns: the frame that has waited longest goes first.
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

  /** Frames handed to the connection. */
  get sent(): number {
    return this.#sent;
  }

  /** Frames that a newer one replaced before the connection had room. */
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

  /** Allows `frames` more. The first call ends the unlimited credit that a viewer starts with. */
  grant(frames: number): void {
    const held = this.#credit === Number.POSITIVE_INFINITY ? 0 : this.#credit;
    this.#credit = Math.min(MAX_CREDIT, held + frames);
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
