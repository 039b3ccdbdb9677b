/** What tf.js says when it lacks something, as an error of ours. */
import { IrisflowError, messageOf } from '../errors.js';

/** The error for a kernel without a gradient, which a gradient, or the gradient of one, would need; else `undefined`. */
export function missingGradient(label: string, cause: unknown): IrisflowError | undefined {
  const missing = /gradient function not found for (\w+)/.exec(messageOf(cause));
  if (!missing) return undefined;
  const message = `${label} needs the gradient of the tf.js kernel ${missing[1]}, which has none here. Write it with other ops, or without that gradient.`;
  return new IrisflowError('UNSUPPORTED_OP', message, { cause });
}
