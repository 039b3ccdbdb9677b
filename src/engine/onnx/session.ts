/** Loads ONNX Runtime, sets its session options and tests its execution providers. */
import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-node';
import { IrisflowError, messageOf } from '../../errors.js';
import { encodeModel } from './encode.js';
import { blockedDomain, type LiveGraph, type Port } from './graph.js';
import { keepPrivate } from './privacy.js';

export type Runtime = typeof import('onnxruntime-node');

const PACKAGE = 'onnxruntime-node';

/** Whether the package is there. Where its install script fails, a package manager leaves it out, since it is optional. */
export function isRuntimeInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

/** Loads the native library. Throws `ENGINE` where the package is not installed, or has no library for this platform. */
export async function loadRuntime(): Promise<Runtime> {
  if (!isRuntimeInstalled()) {
    const reason = 'its install script downloads CUDA libraries, and the package is left out where it cannot';
    const remedy = `Run the installation again with the environment variable ONNXRUNTIME_NODE_INSTALL=skip, or run npm install --ignore-scripts ${PACKAGE}`;
    throw new IrisflowError('ENGINE', `${PACKAGE} is not installed: ${reason}. ${remedy}`);
  }
  try {
    keepPrivate();
    const runtime = await import('onnxruntime-node');
    // The runtime logs straight to the terminal; its errors are thrown as well.
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (cause) {
    throw new IrisflowError(
      'ENGINE',
      `onnxruntime-node cannot be loaded on ${process.platform} ${process.arch}: ${messageOf(cause)}. Reinstall it, or use another engine.`,
      { cause },
    );
  }
}

export interface SessionSettings {
  readonly threads: number;
  /** One execution provider; ONNX Runtime runs on the CPU what the provider does not support. */
  readonly provider: string;
}

export function sessionOptions({ threads, provider }: SessionSettings): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // This level hides its warnings about nodes that run on the CPU.
    logSeverityLevel: 3,
    extra: {
      session: {
        // Waking a thread can take longer than an operation, so threads spin between operations and sleep between runs.
        intra_op: { allow_spinning: '1', spin_duration_us: '200' },
        force_spinning_stop: '1',
      },
    },
  };
}

const port = (name: string, dims: readonly number[]): Port => ({ name, dtype: 'float32', dims });

async function runOnce(runtime: Runtime, settings: SessionSettings, graph: LiveGraph, x: Float32Array, output: Port) {
  const session = await runtime.InferenceSession.create(encodeModel(graph, [output]), sessionOptions(settings));
  try {
    const result = await session.run({ x: new runtime.Tensor('float32', x, graph.inputs[0].dims) });
    return result[output.name].data as Float32Array;
  } finally {
    await session.release();
  }
}

/** Why an execution provider does not work on this machine; undefined if it computes a small convolution correctly. */
export async function refusalOf(runtime: Runtime, settings: SessionSettings): Promise<string | undefined> {
  const weights = { ...port('w', [1, 1, 3, 3]), data: new Float32Array(9).fill(1) };
  const attributes = { kernel_shape: [3, 3] };
  const graph: LiveGraph = {
    nodes: [{ op: 'Conv', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes }],
    initialisers: [weights],
    inputs: [port('x', [1, 1, 3, 3])],
  };
  const supported = runtime.listSupportedBackends().map(({ name }) => name);
  if (!supported.includes(settings.provider)) return `onnxruntime-node has ${supported.join(', ')} on this platform`;
  try {
    const sum = await runOnce(
      runtime,
      settings,
      graph,
      Float32Array.from({ length: 9 }, (_, i) => i),
      port('y', [1, 1, 1, 1]),
    );
    return sum[0] === 36 ? undefined : `a test convolution gave ${sum[0]}, not 36`;
  } catch (error) {
    return messageOf(error)
      .replace(/^\/onnxruntime_src.* was false\. /s, '')
      .trim();
  }
}

/**
 * Channels in a block of the CPU provider's blocked layout (8 with AVX2, 16 with AVX-512), found by reordering numbered
 * channels; 0 where it has no such layout.
 */
export async function blockSize(runtime: Runtime): Promise<number> {
  const channels = 32;
  const graph: LiveGraph = {
    nodes: [{ op: 'ReorderInput', domain: blockedDomain, inputs: ['x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: [port('x', [1, channels, 1, 2])],
  };
  // Two pixels: the second pixel of channel 0 follows all first pixels of the first block.
  const numbered = Float32Array.from({ length: channels * 2 }, (_, i) => i);
  try {
    const settings = { threads: 1, provider: 'cpu' };
    const reordered = await runOnce(runtime, settings, graph, numbered, port('y', [1, channels, 1, 2]));
    const block = reordered.indexOf(1);
    const expected = reordered.every((value, i) => {
      const [inBlock, pixel, group] = [i % block, Math.floor(i / block) % 2, Math.floor(i / (2 * block))];
      return value === (group * block + inBlock) * 2 + pixel;
    });
    return expected && (block === 8 || block === 16) ? block : 0;
  } catch {
    return 0;
  }
}
