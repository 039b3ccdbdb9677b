/** The reference engine: tf.js's own CPU backend, which every lowering is checked against. */
import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';
import { EagerEngine } from './eager.js';
import type { Engine } from './types.js';

export function openReference(): Engine {
  // Asking for tf.js's CPU backend is deliberate here: without this it prints a banner that advises against itself.
  Object.assign(findBackend('cpu'), { firstUse: false });
  return new EagerEngine('reference', "reference: tf.js's own CPU backend, slow, for tests", 'cpu');
}
