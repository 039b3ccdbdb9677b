/** MediaPipe's iris landmark network as a part of programs: it was trained by others, and stays as it is. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '../engine/graph-model.js';
import { need } from '../engine/tensor-record.js';
import { humanModels } from './human-models.js';

/** It takes eye crops of this side. */
const SIDE = 64;

const NODE = 'StatefulPartitionedCall/model/';
/** The last layer before the network divides into one branch for the lids and one for the iris: 8×8 places, 128 maps. */
const TRUNK = `${NODE}p_re_lu_20/Relu`;
/** The centre of the iris and four points of its edge, of x, y, z each. */
const IRIS = `${NODE}conv_iris/BiasAdd`;

/**
 * MediaPipe's iris landmark network (Ablavatski et al., "Real-time pupil tracking from monocular video for digital puppetry", 2020),
 * from the npm package `@vladmandic/human`. Pictures are eye crops in [−1, 1]; those of another size are resized to 64×64.
 */
export interface IrisNetwork {
  /**
   * `features`: the end of its trunk, `[batch, 8, 8, 128]`, what it knows of an eye before it says where things are. `iris`: its centre
   * and four points of its edge, `[batch, 5, 2]`, x and y in pixels of 64.
   */
  see(pictures: tf.Tensor4D): { readonly features: tf.Tensor4D; readonly iris: tf.Tensor3D };
  /** Frees the weights. Programs compiled by the onnx engine go on working, others do not. */
  dispose(): void;
}

/** Loads it. Rejects with `MODEL` where `@vladmandic/human` is missing; `what` needs it. */
export async function openIrisNetwork(what: string): Promise<IrisNetwork> {
  const model = await loadGraphModel(join(humanModels(what), 'iris.json'), [TRUNK, IRIS]);
  return {
    see(pictures) {
      const [batch, height, width] = pictures.shape;
      const fits = height === SIDE && width === SIDE;
      const sized = fits ? pictures : tf.image.resizeBilinear(pictures, [SIDE, SIDE], false, true);
      const seen = model.program({ input_1: tf.mul(tf.add(sized, 1), 0.5) }, {}).outputs;
      const points = tf.reshape<tf.Rank.R3>(need(seen, IRIS), [batch, -1, 3]);
      return { features: need(seen, TRUNK), iris: tf.slice(points, [0, 0, 0], [-1, -1, 2]) };
    },
    dispose: () => model.dispose(),
  };
}
