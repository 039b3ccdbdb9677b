/** MediaPipe's pre-trained iris landmark network, for use inside programs. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '../engine/graph-model.js';
import { need } from '../engine/tensor-record.js';
import { humanModels } from './human-models.js';

/** Side of the network's input. */
const SIDE = 64;

const NODE = 'StatefulPartitionedCall/model/';
/** The last layer before the branches for lids and iris: 8×8 places, 128 feature maps. */
const TRUNK = `${NODE}p_re_lu_20/Relu`;
/** x, y and z of the iris's centre and of four points on its edge. */
const IRIS = `${NODE}conv_iris/BiasAdd`;

/**
 * MediaPipe's iris landmark network (Ablavatski et al., "Real-time pupil tracking from monocular video for digital puppetry", 2020),
 * from the npm package `@vladmandic/human`. Pictures are eye crops in [−1, 1]; those of another size are resized to 64×64.
 */
export interface IrisNetwork {
  /**
   * Applies the network. `features` is the end of its trunk, `[batch, 8, 8, 128]`. `iris` is the centre and four points of the iris's
   * edge, `[batch, 5, 2]`, x and y in pixels of the 64×64 input.
   */
  see(pictures: tf.Tensor4D): { readonly features: tf.Tensor4D; readonly iris: tf.Tensor3D };
  /** Frees the weights. Programs compiled by the onnx engine keep working, others do not. */
  dispose(): void;
}

/** Loads the network. Rejects with `MODEL` where `@vladmandic/human` is missing; `what` names the feature that needs it. */
export async function openIrisNetwork(what: string): Promise<IrisNetwork> {
  const model = await loadGraphModel(join(humanModels(what), 'iris.json'), [TRUNK, IRIS]);
  return {
    see(pictures) {
      const [batch, height, width] = pictures.shape;
      const fits = height === SIDE && width === SIDE;
      const resized = fits ? pictures : tf.image.resizeBilinear(pictures, [SIDE, SIDE], false, true);
      const outputs = model.program({ input_1: tf.mul(tf.add(resized, 1), 0.5) }, {}).outputs;
      const points = tf.reshape<tf.Rank.R3>(need(outputs, IRIS), [batch, -1, 3]);
      return { features: need(outputs, TRUNK), iris: tf.slice(points, [0, 0, 0], [-1, -1, 2]) };
    },
    dispose: () => model.dispose(),
  };
}
