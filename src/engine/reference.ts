/** Opens the reference engine: tf.js's own CPU backend, which the tests compare every lowering with. */
import { cpuBackend, cpuBackendName } from './cpu.js';
import { EagerEngine } from './eager.js';
import type { Engine } from './types.js';

export function openReference(): Engine {
  cpuBackend();
  return new EagerEngine('reference', "reference: tf.js's own CPU backend, slow, for tests", cpuBackendName);
}
