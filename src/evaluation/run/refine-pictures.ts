/** Refines pictures with the weights of a checkpoint, on the calling thread. */
import type { Engine } from '../../engine/types.js';
import type { Pictures } from '../../measures/pictures.js';
import { refineAll } from '../../measures/refine-all.js';
import { recipeOfRun, refinerMaker } from '../../models/registry.js';
import type { Checkpoint } from '../../models/types.js';

/** The refined pictures; `named` is the recipe module that the user names. Throws `CHECKPOINT` or `MODEL` where the weights do not match the recipe. */
export async function refinePictures(
  engine: Engine,
  checkpoint: Checkpoint,
  named: string | undefined,
  pictures: Pictures,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Pictures> {
  const recipe = await recipeOfRun(checkpoint.config.recipe, named);
  const weights = recipe.generatorWeights(checkpoint);
  const refiner = await refinerMaker(recipe)(engine, checkpoint.config, weights, { freeze: true });
  try {
    const share = (done: number) => onProgress(done / pictures.count);
    return { ...pictures, data: await refineAll(refiner, pictures, { signal, onProgress: share }) };
  } finally {
    await refiner.dispose();
  }
}
