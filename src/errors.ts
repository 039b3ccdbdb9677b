/** The one error class: a code for programs, a message that says what to do for people, the original in `cause`. */

/**
 * - `USAGE` an option or argument is wrong
 * - `INPUT` a file, folder, device or address is missing or not what it should be
 * - `SOURCE` a source failed while running (a camera went away, ffmpeg died)
 * - `OVERFLOW` an operator with the overflow policy `error` had no room
 * - `ENGINE` no engine, or an engine cannot run a program
 * - `UNSUPPORTED_OP` a tf.js operation has no lowering
 * - `MODEL` weights or shapes do not fit
 * - `CHECKPOINT` a checkpoint is damaged or of another model
 * - `PROTOCOL` bytes from outside are not what the protocol says
 * - `WORKER` a worker thread or the training process died or was closed
 * - `SINK` an output could not be written
 */
export type ErrorCode =
  | 'USAGE'
  | 'INPUT'
  | 'SOURCE'
  | 'OVERFLOW'
  | 'ENGINE'
  | 'UNSUPPORTED_OP'
  | 'MODEL'
  | 'CHECKPOINT'
  | 'PROTOCOL'
  | 'WORKER'
  | 'SINK';

/** What everything here throws or rejects with. The `code` is for programs, the message for people; the original is in `cause`. */
export class IrisflowError extends Error {
  /** Always `IrisflowError`. */
  override readonly name = 'IrisflowError';

  constructor(
    /** What went wrong, for programs. */
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
