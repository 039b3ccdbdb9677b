/** Gives tf.js's own CPU backend, without the warning that it prints on first use. */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';

export const cpuBackendName = 'cpu';

export function cpuBackend(): MathBackendCPU {
  const backend = findBackend(cpuBackendName) as MathBackendCPU;
  // The backend prints a performance warning while this is true.
  return Object.assign(backend, { firstUse: false });
}
