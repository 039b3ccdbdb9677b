/** Finds out which engines work on this machine, and why others do not. */
import { messageOf } from '../errors.js';
import { loadRuntime, refusalOf } from './onnx/session.js';
import { openTensorflow } from './tensorflow.js';
import type { EngineName } from './types.js';

/** Whether one execution provider of ONNX Runtime works on this machine. */
export interface ProviderProbe {
  /** Name for `EngineOptions.executionProviders`. */
  readonly name: string;
  /** Whether it computes correctly here. */
  readonly available: boolean;
  /** What the test showed, or why the provider does not work. */
  readonly reason: string;
}

/** Whether one engine works on this machine. */
export interface EngineProbe {
  /** Which engine it is. */
  readonly name: EngineName;
  /** Whether it can be used here. */
  readonly available: boolean;
  /** What was found, or why the engine does not work and what to do. */
  readonly reason: string;
  /** Execution providers of ONNX Runtime; empty for other engines. */
  readonly providers: readonly ProviderProbe[];
}

/**
 * Tries every engine and every execution provider with a small convolution. This loads the native libraries that are installed,
 * so call it in a separate process where memory matters.
 */
export async function probeEngines(): Promise<readonly EngineProbe[]> {
  const reference: EngineProbe = {
    name: 'reference',
    available: true,
    reason: "tf.js's own CPU backend; slow, for tests",
    providers: [],
  };
  return [await probeOnnx(), await probeTensorflow(), reference];
}

async function probeOnnx(): Promise<EngineProbe> {
  try {
    const runtime = await loadRuntime();
    const providers: ProviderProbe[] = [];
    for (const { name } of runtime.listSupportedBackends()) {
      const refusal = await refusalOf(runtime, { threads: 1, provider: name });
      providers.push({
        name,
        available: refusal === undefined,
        reason: refusal ?? 'a test convolution came out right',
      });
    }
    const available = providers.some((provider) => provider.available);
    const reason = `ONNX Runtime ${runtime.env.versions.node ?? ''}`.trim();
    return {
      name: 'onnx',
      available,
      reason: available ? reason : `${reason}: no execution provider works`,
      providers,
    };
  } catch (error) {
    return { name: 'onnx', available: false, reason: messageOf(error), providers: [] };
  }
}

async function probeTensorflow(): Promise<EngineProbe> {
  try {
    const engine = await openTensorflow();
    await engine.dispose();
    return { name: 'tensorflow', available: true, reason: engine.description, providers: [] };
  } catch (error) {
    return { name: 'tensorflow', available: false, reason: messageOf(error), providers: [] };
  }
}
