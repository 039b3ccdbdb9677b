/** tf.js's own CPU backend, without its banner. */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';

export const cpuBackendName = 'cpu';

export function cpuBackend(): MathBackendCPU {
  const backend = findBackend(cpuBackendName) as MathBackendCPU;
  // On first use it advises against itself; here it is used knowingly.
  return Object.assign(backend, { firstUse: false });
}
