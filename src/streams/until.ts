/** Waits for a point in time, with an abort signal. */

/** Resolves at a time of `performance.now()`, or when the signal is aborted. */
export function until(time: number, signal: AbortSignal): Promise<void> {
  const pause = time - performance.now();
  if (pause <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, pause);
    signal.addEventListener('abort', finish);
  });
}
