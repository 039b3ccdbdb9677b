/** Opens an engine by name, or the best one that works on this machine. */
import { IrisflowError, messageOf } from '../errors.js';
import { registerGradients } from './gradients/index.js';
import { openOnnx } from './onnx/open.js';
import { isRuntimeInstalled } from './onnx/session.js';
import { type ResolvedOptions, resolveOptions } from './options.js';
import { openReference } from './reference.js';
import { openTensorflow } from './tensorflow.js';
import type { Engine, EngineName, EngineOptions } from './types.js';

/**
 * Opens the engine of the given name. `auto` takes the best that works on this machine: TensorFlow where
 * `@tensorflow/tfjs-node-gpu` is installed and finds a GPU, else ONNX Runtime, else TensorFlow on the CPU, else the reference, which is
 * taken only where the package `onnxruntime-node` is installed but has no library for the platform.
 * Its `description` says which, and why not the ones before.
 *
 * @throws {IrisflowError} `USAGE` on an unknown name or a wrong option, `ENGINE` where the engine does not work on this machine.
 *
 * @example
 * import * as tf from '@tensorflow/tfjs-core';
 * import { openEngine } from 'irisflow/engine';
 *
 * const engine = await openEngine('onnx', { threads: 2 });
 * const double = await engine.compile(({ x }) => ({ outputs: { y: tf.mul(x, 2) } }), { inputs: { x: { shape: [3] } } });
 * console.log((await double.run({ x: Float32Array.of(1, 2, 3) })).y); // 2, 4, 6
 */
export async function openEngine(name: EngineName | 'auto' = 'auto', options: EngineOptions = {}): Promise<Engine> {
  const resolved = resolveOptions(options);
  registerGradients();
  switch (name) {
    case 'onnx':
      return openOnnx(resolved);
    case 'tensorflow':
      return openTensorflow();
    case 'reference':
      return openReference();
    case 'auto':
      return openBest(resolved);
    default:
      throw new IrisflowError('USAGE', `Engine "${String(name)}" is unknown: use auto, onnx, tensorflow or reference.`);
  }
}

async function openBest(options: ResolvedOptions): Promise<Engine> {
  const refused: string[] = [];
  const candidates = [
    () => openTensorflow({ gpuOnly: true }),
    () => openOnnx(options),
    () => openTensorflow(),
    // It is slow: the choice where ONNX Runtime has no library for the platform, not where its package is missing.
    ...(isRuntimeInstalled() ? [async () => openReference()] : []),
  ];
  for (const open of candidates) {
    try {
      return explained(await open(), refused);
    } catch (error) {
      // The advice to install a package is left out of the description.
      refused.push(messageOf(error).replace(/\. Install.*$/s, ''));
    }
  }
  throw new IrisflowError('ENGINE', `No engine works here: ${refused.join('. ')}.`);
}

/** The same engine with a description that says why the preferred ones were not taken. */
function explained(engine: Engine, refused: readonly string[]): Engine {
  return {
    name: engine.name,
    description: [`${engine.description}, chosen automatically`, ...refused].join('. '),
    createState: (values) => engine.createState(values),
    compile: (program, options) => engine.compile(program, options),
    dispose: () => engine.dispose(),
  };
}
