/** Opens the onnx engine on the first execution provider that works. */
import { IrisflowError } from '../../errors.js';
import type { ResolvedOptions } from '../options.js';
import { OnnxEngine } from './engine.js';
import { blockSize, loadRuntime, refusalOf } from './session.js';

/** Throws `ENGINE`, with every provider's reason, where none works. */
export async function openOnnx({ threads, executionProviders }: ResolvedOptions): Promise<OnnxEngine> {
  const runtime = await loadRuntime();
  const refused: string[] = [];
  for (const provider of executionProviders) {
    const refusal = await refusalOf(runtime, { threads, provider });
    if (refusal !== undefined) {
      refused.push(`${provider} refused: ${refusal}`);
      continue;
    }
    const block = provider === 'cpu' ? await blockSize(runtime) : 0;
    const details = [
      provider === 'cpu' ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : '',
      block > 0 ? `blocks of ${block} channels` : '',
      ...refused,
    ].filter((detail) => detail !== '');
    const description = `onnx: ONNX Runtime ${runtime.env.versions.node ?? ''} on ${provider} (${details.join('; ')})`;
    return new OnnxEngine({ runtime, settings: { threads, provider }, block, description });
  }
  throw new IrisflowError(
    'ENGINE',
    `No execution provider of ONNX Runtime works here: ${refused.join('; ')}. Add 'cpu' to executionProviders.`,
  );
}
