/** The error class of irisflow: a code for programs, and a message that says what is wrong and what to do. */

/**
 * - `USAGE` an option or argument is wrong
 * - `INPUT` a file, folder, device or address is missing or of the wrong kind
 * - `SOURCE` a source failed while running (a camera was unplugged, ffmpeg crashed)
 * - `OVERFLOW` the queue of an operator with the overflow policy `error` was full
 * - `ENGINE` no engine works, or an engine cannot run a program
 * - `UNSUPPORTED_OP` a tf.js operation has no lowering
 * - `MODEL` weights or shapes do not match
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

/** The error that irisflow throws and rejects with. Programs test `code`; the original error is in `cause`. */
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

/** The message of a thrown value of any type. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
