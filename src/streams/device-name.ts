/** Checks camera names before they are passed to another program. */
import { IrisflowError } from '../errors.js';

/**
 * Refuses names that a program could misread: empty, too long, with control characters, or beginning with `-`. Shell characters
 * are allowed, because names are passed as one argument and never through a shell.
 *
 * @throws {IrisflowError} `USAGE`
 */
export function checkDeviceName(device: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (typeof device !== 'string' || !/^[^-\u0000-\u001f\u007f][^\u0000-\u001f\u007f]{0,199}$/.test(device)) {
    const shown = JSON.stringify(String(device).slice(0, 40));
    throw new IrisflowError('USAGE', `${shown} is no name of a camera (no control characters, no "-" at the front)`);
  }
  return device;
}
