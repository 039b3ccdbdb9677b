/** How long a frame waits for what is done with it, before it goes on without. */
import { numberOption } from './options.js';
import type { Overflow } from './overflow.js';

const DEFAULT_PATIENCE_MS = 500;

/**
 * The option `patience` in milliseconds: by default 500, and with `block`, which loses nothing, `undefined`: as long as it takes.
 *
 * @throws IrisflowError `USAGE` for a value out of its range
 */
export function patienceOption(patience: number | undefined, overflow: Overflow | undefined): number | undefined {
  if (patience !== undefined) return numberOption('patience', patience, 1, 2 ** 31 - 1);
  return overflow === 'block' ? undefined : DEFAULT_PATIENCE_MS;
}

/** What the promise gives, or `undefined` if that takes longer than this many milliseconds. */
export function within<T>(promise: Promise<T>, limit: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), limit);
    const done = () => clearTimeout(timer);
    promise.then(resolve, reject).then(done, done);
  });
}
