/** Switches tf.js's backend, which is global to the process, for the length of one synchronous call. */
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { cpuBackendName } from './cpu.js';

/**
 * Runs `body` with `name` as tf.js's global backend, then restores the one before. `body` is synchronous so that two programs
 * compiled or run concurrently never use each other's backend. The backend must be initialised or initialise synchronously.
 */
export function onBackend<T>(name: string, body: () => T): T {
  const previous: string | undefined = getBackend();
  if (previous === name) return body();
  select(name);
  try {
    return body();
  } finally {
    select(previous ?? cpuBackendName);
  }
}

function select(name: string): void {
  // tf.js switches before the returned promise settles; it rejects only for a backend that is not registered.
  setBackend(name).catch(() => undefined);
  if (getBackend() !== name) throw new Error(`tf.js backend ${name} is not registered`);
}
