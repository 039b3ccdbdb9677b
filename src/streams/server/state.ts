/** What a frame server tells of its streams, viewers and cameras. */
import type { StageCounts } from '../../flow/overflow.js';
import type { Frame } from '../../frame.js';
import type { Percentiles } from './measures.js';

/** What happened to the frames of one stream. At every moment `in = out + dropped + failed + inFlight`. */
export interface StreamCounts extends StageCounts {
  /** Of the dropped: those that came and went while nobody watched (they are never encoded). */
  readonly unwatched: number;
  /** Frames published a second. */
  readonly fps: number;
  /** Frames encoded a second. */
  readonly fpsOut: number;
  /** From {@link Frame.time} to the hand-over to a viewer's socket, over the last ten seconds. */
  readonly latency: Percentiles;
  /** Viewers of this stream that are connected. */
  readonly viewers: number;
  /** Why the last frame that failed did. */
  readonly lastFailure?: string;
}

/** One viewer, as the status shows it. */
export interface ViewerState {
  /** How it is connected. */
  readonly kind: 'websocket' | 'mjpeg';
  /** The streams that it watches. */
  readonly streams: readonly string[];
  /** Frames handed to its socket. */
  readonly sent: number;
  /** Frames that newer ones replaced because it was slow. */
  readonly skipped: number;
  /** Bytes in its queue. */
  readonly queuedBytes: number;
}

/** One camera, as the status shows it. At every moment `in = out + dropped + failed + inFlight`. */
export interface CameraState extends StageCounts {
  /** Name that the camera connected with. */
  readonly id: string;
  /** Why the last picture that was refused was. */
  readonly lastFailure?: string;
}

/** Somebody who wants the frames of one camera: of the one named, or of the newest. */
export interface CameraReceiver {
  /** The camera that is wanted; absent: the newest. */
  readonly id?: string | undefined;
  /** A frame of the camera. */
  next(frame: Frame): void;
  /** The server has closed. */
  complete(): void;
}
