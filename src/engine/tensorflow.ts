/** Opens the tensorflow engine, which runs programs op by op on TensorFlow's native library if one of its packages is installed. */
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { IrisflowError, messageOf } from '../errors.js';
import { onBackend } from './backend.js';
import { EagerEngine } from './eager.js';
import { registerGradients } from './gradients/index.js';
import type { Engine } from './types.js';

/** Packages in order of preference. Both register the tf.js backend `tensorflow`, so a process can load only one. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

const backendName = 'tensorflow';

export interface TensorflowOptions {
  /** Refuse the library where it finds no GPU. Default false. */
  readonly gpuOnly?: boolean;
  /** Loads a package by name. Default: `require`. */
  readonly load?: (name: string) => Promise<unknown>;
}

/**
 * Loads TensorFlow and runs a test convolution. Throws `ENGINE` with the reason for each package that does not work.
 *
 * The GPU package needs CUDA 11.2 and cuDNN 8.1.
 */
export async function openTensorflow(options: TensorflowOptions = {}): Promise<Engine> {
  const { gpuOnly = false, load = requirePackage } = options;
  const refused: string[] = [];
  for (const name of gpuOnly ? packages.slice(0, 1) : packages) {
    try {
      const backend = await loadBackend(name, load);
      if (gpuOnly && !usesGpu(backend)) throw new Error('it found no GPU');
      const device = usesGpu(backend) ? 'GPU' : 'CPU';
      const description = [`tensorflow: ${name} on ${device}`, ...refused].join('; ');
      return new EagerEngine('tensorflow', description, backendName);
    } catch (error) {
      refused.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new IrisflowError(
    'ENGINE',
    `TensorFlow cannot be used: ${refused.join('; ')}. Install one of the packages (the GPU one needs CUDA 11.2 and cuDNN 8.1), or use the onnx engine.`,
  );
}

const require = createRequire(import.meta.url);

async function requirePackage(name: string): Promise<unknown> {
  return require(name);
}

async function loadBackend(name: string, load: (name: string) => Promise<unknown>): Promise<tf.KernelBackend> {
  // The package's binding calls `util.isNullOrUndefined`, which Node 23 removed.
  if (!('isNullOrUndefined' in util))
    Object.assign(util, { isNullOrUndefined: (x: unknown) => x === null || x === undefined });
  // Without this setting one process takes all memory of the GPU.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const before: string | undefined = tf.getBackend();
  try {
    await load(name);
  } finally {
    if (before) await tf.setBackend(before);
    // The package registers tf.js's own gradients, which these replace again.
    registerGradients();
  }
  const backend: tf.KernelBackend | null = tf.findBackend(backendName);
  if (!backend) throw new Error('it works on another copy of @tensorflow/tfjs-core: run npm dedupe');
  tryConvolution();
  return backend;
}

/** Runs one convolution: a native library can load and still fail at the first one (cuDNN). */
function tryConvolution(): void {
  onBackend(backendName, () =>
    tf.tidy(() => {
      const image = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
      const [sum] = tf
        .conv2d(image, tf.tensor([...Array(9).keys()], [3, 3, 1, 1]) as tf.Tensor4D, 1, 'valid')
        .dataSync();
      if (sum !== 36) throw new Error(`a test convolution gave ${sum}, not 36`);
    }),
  );
}

function usesGpu(backend: tf.KernelBackend): boolean {
  return 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
}

function reasonOf(error: unknown): string {
  const message = messageOf(error).split('\n')[0];
  return /Cannot find (package|module)/.test(message) ? 'not installed' : message;
}
