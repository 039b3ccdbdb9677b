/** Refines pictures with the weights of a checkpoint, on the calling thread. */
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../../engine/types.js';
import { type Pictures, pictureBytes } from '../../evaluation/pictures.js';
import { recipeNamed } from '../../models/registry.js';
import type { Checkpoint } from '../../models/types.js';

const BATCH = 8;

/** R of each picture. Throws `CHECKPOINT` or `MODEL` where the weights are not of the recipe. */
export async function refinePictures(
  engine: Engine,
  checkpoint: Checkpoint,
  pictures: Pictures,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Pictures> {
  const recipe = recipeNamed(checkpoint.config.recipe);
  const weights = recipe.refinerWeights(checkpoint);
  const refiner = await recipe.createRefiner(engine, checkpoint.config, weights, { freeze: true });
  try {
    const bytes = pictureBytes(pictures);
    const data = new Uint8Array(pictures.data.length);
    for (let done = 0; done < pictures.count; done += BATCH) {
      const count = Math.min(BATCH, pictures.count - done);
      const part = pictures.data.subarray(done * bytes, (done + count) * bytes);
      data.set(await refiner.refine(part, count), done * bytes);
      onProgress((done + count) / pictures.count);
      await setImmediate();
      signal.throwIfAborted();
    }
    return { ...pictures, data };
  } finally {
    await refiner.dispose();
  }
}
