/** Turns tf.js's error about a missing gradient into an `IrisflowError`. */
import { IrisflowError, messageOf } from '../errors.js';

/** The error to throw where `cause` says that a kernel has no gradient; `undefined` for other causes. */
export function missingGradient(label: string, cause: unknown): IrisflowError | undefined {
  const missing = /gradient function not found for (\w+)/.exec(messageOf(cause));
  if (!missing) return undefined;
  const message = `${label} needs the gradient of the tf.js kernel ${missing[1]}, which has none here. Write it with other ops, or without that gradient.`;
  return new IrisflowError('UNSUPPORTED_OP', message, { cause });
}
