/**
 * Tells a process that computes from one that stands still. A training step blocks the thread that makes it, so another thread writes a
 * byte a second into a pipe. Where none comes, the whole process is stopped or gets no processor time.
 */
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';

/** The child's file descriptor of the pipe: after stdin, stdout, stderr and the IPC channel. */
export const HEARTBEAT_FD = 4;

const BEAT_MS = 1000;
/** Beats that may be missing. */
const MOST_MISSED = 8;

/** In the child: beats until the process ends. */
export function startHeartbeat(): void {
  const code = `
    const { writeSync } = require('node:fs');
    const beat = () => { try { writeSync(${HEARTBEAT_FD}, '.'); } catch { clearInterval(timer); } };
    const timer = setInterval(beat, ${BEAT_MS});
    beat();`;
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };
  const thread = new Worker(code, { eval: true, execArgv: [], resourceLimits });
  // Training goes on without it.
  thread.on('error', () => undefined);
  thread.unref();
}

/**
 * In the parent: calls `onStill` with the seconds without a beat, once. It counts from the first beat, and in its own ticks, so that the
 * time in which the parent itself stood still does not count. Returns how to end it.
 */
export function watchHeartbeat(pipe: Readable, onStill: (seconds: number) => void): () => void {
  let begun = false;
  let missed = 0;
  pipe.on('data', () => {
    begun = true;
    missed = 0;
  });
  pipe.on('error', () => undefined);
  const timer = setInterval(() => {
    if (!begun || ++missed <= MOST_MISSED) return;
    clearInterval(timer);
    onStill((MOST_MISSED * BEAT_MS) / 1000);
  }, BEAT_MS).unref();
  return () => clearInterval(timer);
}
