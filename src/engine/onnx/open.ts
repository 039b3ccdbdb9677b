/** Opens the onnx engine on the first execution provider that works. */
import { IrisflowError } from '../../errors.js';
import type { ResolvedOptions } from '../options.js';
import { OnnxEngine } from './engine.js';
import { blockSize, loadRuntime, refusalOf } from './session.js';

/** Throws `ENGINE` with every provider's reason where none works. */
export async function openOnnx({ threads, executionProviders }: ResolvedOptions): Promise<OnnxEngine> {
  const runtime = await loadRuntime();
  const refused: string[] = [];
  for (const provider of executionProviders) {
    const refusal = await refusalOf(runtime, { threads, provider });
    if (refusal !== undefined) {
      refused.push(`${provider} refused: ${refusal}`);
      continue;
    }
    const onCpu = provider === 'cpu';
    const target = { block: onCpu ? await blockSize(runtime) : 0, poolPositions: onCpu };
    const details = [
      onCpu ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : '',
      target.block > 0 ? `blocks of ${target.block} channels` : '',
      ...refused,
    ].filter((detail) => detail !== '');
    const remarks = details.length > 0 ? ` (${details.join('; ')})` : '';
    const description = `onnx: ONNX Runtime ${runtime.env.versions.node ?? ''} on ${provider}${remarks}`;
    return new OnnxEngine({ runtime, settings: { threads, provider }, target, description });
  }
  throw new IrisflowError(
    'ENGINE',
    `No execution provider of ONNX Runtime works here: ${refused.join('; ')}. Add 'cpu' to executionProviders.`,
  );
}
