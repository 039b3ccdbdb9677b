/** Enlarges whole pictures and frames of any size: the refinement of `refineSource` without crops. */
import type { OperatorFunction } from 'rxjs';
import { openEngine } from '../engine/open.js';
import type { EngineName } from '../engine/types.js';
import { stage } from '../flow/stage.js';
import type { Frame } from '../frame.js';
import type { Checkpoint, Recipe } from '../models/types.js';

/** An operator that refines frames, with its resources. */
export interface Refining {
  readonly operator: OperatorFunction<Frame, Frame>;
  close(): Promise<void>;
}

/**
 * Enlarges every frame, in order; the source is held meanwhile (back-pressure). A frame that cannot be enlarged is left out, because the
 * raw frame has another size, and `onFailure` is called. Rejects with `CHECKPOINT` or `MODEL` where the weights do not fit.
 */
export async function openEnlarging(
  createEnlarger: NonNullable<Recipe['createEnlarger']>,
  checkpoint: Checkpoint,
  weights: Parameters<typeof createEnlarger>[2],
  engineName: EngineName | 'auto' | undefined,
  onFailure: (error: unknown) => void,
): Promise<Refining> {
  const engine = await openEngine(engineName);
  const { config, version } = checkpoint;
  try {
    const enlarger = await createEnlarger(engine, config, weights);
    const enlargeFrame = async ({ labels: _labels, target: _target, ...frame }: Frame): Promise<Frame> => ({
      ...frame,
      ...(await enlarger.enlarge(frame)),
      version,
      refined: true,
    });
    const leaveOut = (error: unknown) => {
      onFailure(error);
      return undefined;
    };
    return {
      operator: stage(enlargeFrame, { overflow: 'block', onFailure: leaveOut }),
      async close() {
        await enlarger.dispose();
        await engine.dispose();
      },
    };
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}
