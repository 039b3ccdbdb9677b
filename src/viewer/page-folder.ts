/** Finds the built viewer page in the installed package. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { IrisflowError } from '../errors.js';

/**
 * The folder of the viewer page, for `openFrameServer({ page })`.
 *
 * @throws {IrisflowError} `INPUT` where the page has not been built.
 */
export function pageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('#viewer/index.html'));
  } catch (cause) {
    throw new IrisflowError('INPUT', 'The viewer page has not been built: run "npm run build".', { cause });
  }
}
