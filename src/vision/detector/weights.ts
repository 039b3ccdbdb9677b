/** Reads the BlazeFace weights of the npm package `@vladmandic/human` into a tensor record. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorRecord } from '../../engine/types.js';
import { IrisflowError, messageOf } from '../../errors.js';
import { humanModels } from '../human-models.js';

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/**
 * Reads the float weights of MediaPipe's BlazeFace (256×256, "back camera") as converted for tf.js.
 *
 * @param folder folder of `blazeface.json` and `blazeface.bin`. Default: the models of `@vladmandic/human`.
 * @throws {IrisflowError} `MODEL` where the files are missing or damaged.
 */
export async function readBlazeFaceWeights(folder = humanModels('The face detector')): Promise<TensorRecord> {
  const topology = join(folder, 'blazeface.json');
  try {
    const manifest: { weightsManifest: { weights: WeightSpec[] }[] } = JSON.parse(await readFile(topology, 'utf8'));
    const bytes = await readFile(join(folder, 'blazeface.bin'));
    const weights: TensorRecord = {};
    let offset = 0;
    for (const { name, shape, dtype } of manifest.weightsManifest.flatMap((group) => group.weights)) {
      const length = shape.reduce((size, extent) => size * extent, 1) * 4;
      if (offset + length > bytes.length) throw new Error(`blazeface.bin ends inside ${name}`);
      // Integer tensors are shapes and paddings of the original graph, which are not needed.
      if (dtype === 'float32') {
        const start = bytes.byteOffset + offset;
        weights[name] = { shape, data: new Float32Array(bytes.buffer.slice(start, start + length) as ArrayBuffer) };
      }
      offset += length;
    }
    return weights;
  } catch (error) {
    throw new IrisflowError(
      'MODEL',
      `Cannot read the BlazeFace weights at ${topology} (${messageOf(error)}). Reinstall @vladmandic/human.`,
      { cause: error },
    );
  }
}
