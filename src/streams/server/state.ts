/** Types of a frame server's status: streams, viewers and cameras. */
import type { StageCounts } from '../../flow/overflow.js';
import type { Frame } from '../../frame.js';
import type { Percentiles } from './measures.js';

/** Counts of one stream's frames. At every moment `in = out + dropped + failed + inFlight`. */
export interface StreamCounts extends StageCounts {
  /** Dropped frames of times without viewers, which are never encoded. */
  readonly unwatched: number;
  /** Published frames per second. */
  readonly fps: number;
  /** Encoded frames per second. */
  readonly fpsOut: number;
  /** Time from {@link Frame.time} to the write to a viewer's socket, over the last ten seconds. */
  readonly latency: Percentiles;
  /** Viewers of this stream that are connected. */
  readonly viewers: number;
  /** The reason of the last failure. */
  readonly lastFailure?: string;
}

/** The status of one viewer. */
export interface ViewerState {
  /** How it is connected. */
  readonly kind: 'websocket' | 'mjpeg';
  /** The streams that it watches. */
  readonly streams: readonly string[];
  /** Frames written to its socket. */
  readonly sent: number;
  /** Frames that newer ones replaced because the viewer was slow. */
  readonly skipped: number;
  /** Bytes in its queue. */
  readonly queuedBytes: number;
}

/** The status of one camera. At every moment `in = out + dropped + failed + inFlight`. */
export interface CameraState extends StageCounts {
  /** Name that the camera connected with. */
  readonly id: string;
  /** The reason why the last refused picture was refused. */
  readonly lastFailure?: string;
}

/** A receiver of the frames of one camera: that with the id, or the newest. */
export interface CameraReceiver {
  /** The camera that is wanted; absent: the newest. */
  readonly id?: string | undefined;
  /** A frame of the camera. */
  next(frame: Frame): void;
  /** Called when the server closes. */
  complete(): void;
}
