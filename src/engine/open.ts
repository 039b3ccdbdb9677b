/** Opens an engine by name. */
import { IrisflowError } from '../errors.js';
import { registerGradients } from './gradients/index.js';
import { openOnnx } from './onnx/open.js';
import { resolveOptions } from './options.js';
import { openReference } from './reference.js';
import type { Engine, EngineName, EngineOptions } from './types.js';

/**
 * Opens the engine of the given name. `auto` takes the best that works on this machine; its `description` says which and why.
 *
 * Throws `USAGE` on an unknown name or a wrong option, `ENGINE` where the engine cannot work here.
 */
export async function openEngine(name: EngineName | 'auto' = 'auto', options: EngineOptions = {}): Promise<Engine> {
  const resolved = resolveOptions(options);
  registerGradients();
  if (name === 'onnx') return openOnnx(resolved);
  if (name === 'reference' || name === 'auto') return openReference();
  throw new IrisflowError('ENGINE', `The engine "${name}" is not available.`);
}
