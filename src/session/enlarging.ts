/** Makes whole pictures and frames larger, of whatever size they are: the way of `refine` that cuts nothing out. */
import type { OperatorFunction } from 'rxjs';
import { openEngine } from '../engine/open.js';
import type { EngineName } from '../engine/types.js';
import { stage } from '../flow/stage.js';
import type { Frame } from '../frame.js';
import type { Checkpoint, Recipe } from '../models/types.js';

/** A way from frames to refined frames. */
export interface Refining {
  readonly refined: OperatorFunction<Frame, Frame>;
  close(): Promise<void>;
}

/**
 * Every frame larger, in order; the source waits. A frame that cannot be enlarged is left out and `onFailure` told: one of another
 * size would not fit among the others. Rejects with `CHECKPOINT` or `MODEL` where the weights do not fit.
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
    const enlarged = async ({ labels: _labels, target: _target, ...frame }: Frame): Promise<Frame> => ({
      ...frame,
      ...(await enlarger.enlarge(frame)),
      version,
      refined: true,
    });
    const failed = (error: unknown) => {
      onFailure(error);
      return undefined;
    };
    return {
      refined: stage(enlarged, { overflow: 'block', onFailure: failed }),
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
