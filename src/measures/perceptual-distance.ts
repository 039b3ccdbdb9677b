/** The perceptual distance of pairs of pictures, in the features of a pre-trained network. */
import * as tf from '@tensorflow/tfjs-core';
import { fromBytes } from '../engine/pixels.js';
import { need } from '../engine/tensor-record.js';
import type { Engine } from '../engine/types.js';
import { openIrisNetwork } from '../vision/iris-network.js';
import { inBatches, type ManyPicturesOptions } from './in-batches.js';
import { meanInterval, meanOf } from './interval.js';
import { checkPictures, type Pictures, pictureBytes } from './pictures.js';
import type { PairedMean } from './similarity.js';

const BATCH = 16;

/**
 * The mean perceptual distance between each picture of `a` and the picture at the same index in `b`, 0 (equal) to 4: the squared
 * distance of features, normalised to length 1 at each place and averaged over places (Zhang, Isola, Efros, Shechtman and Wang, "The
 * Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018, without weights learnt from human judgements). The
 * features are those of `FeatureNetwork` at each of the 8×8 places, so values are not comparable with those of other networks.
 *
 * @throws {IrisflowError} `USAGE` where sizes differ, `MODEL` where `@vladmandic/human` is missing.
 */
export async function perceptualDistance(
  engine: Engine,
  a: Pictures,
  b: Pictures,
  options?: ManyPicturesOptions,
): Promise<PairedMean> {
  checkPictures(a, b);
  const count = Math.min(a.count, b.count);
  const bytes = pictureBytes(a);
  const iris = await openIrisNetwork('The perceptual distance');
  const unitFeatures = (pictures: tf.Tensor4D) => {
    const { features } = iris.see(pictures);
    return tf.div(features, tf.sqrt(tf.add(tf.sum(tf.square(features), 3, true), 1e-8)));
  };
  const shape = [BATCH, a.height, a.width, 3];
  const program = await engine.compile(
    (inputs) => {
      const [of, other] = [unitFeatures(need(inputs, 'a')), unitFeatures(need(inputs, 'b'))];
      return { outputs: { distances: tf.mean(tf.sum(tf.squaredDifference(of, other), 3), [1, 2]) } };
    },
    { inputs: { a: { shape }, b: { shape } }, name: 'perceptual-distance' },
  );
  try {
    const inputs = { a: new Float32Array(BATCH * bytes), b: new Float32Array(BATCH * bytes) };
    const values = new Float64Array(count);
    const compare = async (from: number, to: number) => {
      fromBytes(a.data.subarray(from * bytes, to * bytes), inputs.a);
      fromBytes(b.data.subarray(from * bytes, to * bytes), inputs.b);
      const { distances } = await program.run(inputs);
      values.set(distances?.subarray(0, to - from) ?? [], from);
    };
    await inBatches(count, BATCH, compare, options);
    return { mean: meanOf(values), interval: meanInterval(values) };
  } finally {
    await program.dispose();
    iris.dispose();
  }
}
