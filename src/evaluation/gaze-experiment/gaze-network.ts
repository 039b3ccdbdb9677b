/** The gaze estimation network that the experiment trains on each kind of pictures. */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { fromBytes } from '../../engine/pixels.js';
import { need, under, within } from '../../engine/tensor-record.js';
import type { Engine, TensorRecord, Tensors } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { convolution, dense } from '../../models/networks/convolution.js';
import type { NetworkValues } from '../../models/networks/network.js';
import { adam } from '../../models/optimisers/adam.js';
import { guard } from '../../models/optimisers/guard.js';
import { type Random, randomAt } from '../../random.js';
import type { LabelledPictures } from './domains.js';
import { GAZE_STEP } from './options.js';

const SLOPE = 0.2;
/** Unit of the network's output in radians, so that values are of the order of 1. */
const UNIT = 0.3;
/** Largest shift of a training picture in each direction, as a fraction of its side. */
const SHIFT = 0.06;
/** Batch size of {@link GazeReader.read}. */
const READ_BATCH = 32;

/** Four 4×4 convolutions of stride 2 (16, 24, 32 and 48 filters) and two dense layers: 97,000 weights at 64×64. */
function networkFor(size: number) {
  const common = { size: 4, stride: 2, padding: 1 } as const;
  const layers = [
    convolution('conv1', { ...common, from: 3, to: 16 }),
    convolution('conv2', { ...common, from: 16, to: 24 }),
    convolution('conv3', { ...common, from: 24, to: 32 }),
    convolution('conv4', { ...common, from: 32, to: 48 }),
  ];
  const hidden = dense('hidden', { from: 48 * (size / GAZE_STEP) ** 2, to: 64 });
  const last = dense('last', { from: 64, to: 2 });
  return {
    init(random: Random): TensorRecord {
      const values: NetworkValues = { weights: {}, statistics: {} };
      for (const layer of [...layers, hidden, last]) layer.init(random, values);
      return values.weights;
    },
    /** Pitch and yaw in {@link UNIT}s, `[batch, 2]`. */
    forward(x: tf.Tensor4D, weights: Tensors): tf.Tensor2D {
      let h = x;
      for (const layer of layers) h = tf.leakyRelu(layer.apply(h, weights), SLOPE);
      const flat: tf.Tensor2D = tf.reshape(h, [x.shape[0], -1]);
      return last.apply(tf.leakyRelu(hidden.apply(flat, weights), SLOPE), weights);
    },
  };
}

export interface GazeTrainingOptions {
  readonly seed: number;
  readonly steps: number;
  /** Pictures per step. Default 32. */
  readonly batch?: number;
  /** Initial learning rate of Adam, with cosine decay to 0. Default 2e-3. */
  readonly learningRate?: number;
  readonly signal?: AbortSignal;
  /** Called after every step. */
  readonly onProgress?: (step: number) => void;
}

/** A trained gaze network. */
export interface GazeReader {
  /** Pitch and yaw of each picture, radians, one pair after the other. */
  read(pictures: Pick<LabelledPictures, 'data' | 'count'>): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Trains the network to estimate pitch and yaw with a squared error. Half of the pictures are mirrored, with their yaw, and all are
 * shifted at random. A pure function of the pictures and options.
 *
 * @throws {IrisflowError} `INPUT` where the pictures are not square or their side is not a multiple of 16
 */
export async function trainGaze(
  engine: Engine,
  pictures: LabelledPictures,
  options: GazeTrainingOptions,
): Promise<GazeReader> {
  const { seed, steps, batch = 32, learningRate = 2e-3, signal, onProgress } = options;
  const { width: size, height, count } = pictures;
  if (size !== height || size % GAZE_STEP !== 0 || count === 0) {
    throw new IrisflowError(
      'INPUT',
      `the gaze network takes squares of a multiple of ${GAZE_STEP} pixels, not ${size}×${height}`,
    );
  }
  const network = networkFor(size);
  const optimiser = adam({ learningRate, beta1: 0.9 });
  const fresh = network.init(randomAt(seed, 'gaze weights'));
  const state = engine.createState({
    ...under('weights/', fresh),
    ...under('optimiser/', optimiser.init(fresh)),
  });
  const program = await engine.compile(
    (inputs, values) => {
      const weights = within('weights/', values);
      const names = Object.keys(weights);
      const named = (list: readonly tf.Tensor[]) =>
        Object.fromEntries(names.map((name, i) => [name, list[i] as tf.Tensor]));
      const { value, grads } = tf.valueAndGrads((...list: tf.Tensor[]) => {
        const prediction = network.forward(need(inputs, 'x'), named(list));
        return tf.mean(tf.squaredDifference(prediction, need(inputs, 'gaze')));
      })(Object.values(weights));
      const { gradients, accepted } = guard(value as tf.Scalar, named(grads), { clipNorm: 1 });
      const next = optimiser.update(gradients, weights, within('optimiser/', values), accepted);
      // The optimiser's step is scaled, because its learning rate is a constant of the program.
      const part = need(inputs, 'part');
      const moved = names.map((name) => {
        const before = need(weights, name);
        return [name, tf.add(before, tf.mul(tf.sub(need(next.weights, name), before), part))] as const;
      });
      return {
        outputs: { loss: value },
        state: { ...under('weights/', Object.fromEntries(moved)), ...under('optimiser/', next.moments) },
      };
    },
    {
      inputs: { x: { shape: [batch, size, size, 3] }, gaze: { shape: [batch, 2] }, part: { shape: [] } },
      state,
      name: 'gaze step',
    },
  );
  try {
    const x = new Uint8Array(batch * size * size * 3);
    const gaze = new Float32Array(2 * batch);
    const values = new Float32Array(x.length);
    for (let step = 0; step < steps; step++) {
      await setImmediate();
      signal?.throwIfAborted();
      drawInto(x, gaze, pictures, randomAt(seed, 'gaze batch', step));
      const part = Float32Array.of((1 + Math.cos((Math.PI * step) / steps)) / 2);
      await program.run({ x: fromBytes(x, values), gaze, part });
      onProgress?.(step + 1);
    }
  } finally {
    await program.dispose();
  }
  const learned = within('weights/', state.read(Object.keys(fresh).map((name) => `weights/${name}`)));
  return openReader(engine, size, learned);
}

async function openReader(engine: Engine, size: number, weights: TensorRecord): Promise<GazeReader> {
  const network = networkFor(size);
  const bytes = size * size * 3;
  const program = await engine.compile(
    (inputs, state) => ({ outputs: { gaze: network.forward(need(inputs, 'x'), state) } }),
    {
      inputs: { x: { shape: [READ_BATCH, size, size, 3] } },
      state: engine.createState(weights),
      freeze: true,
      name: 'gaze',
    },
  );
  return {
    async read({ data, count }) {
      const read = new Float32Array(2 * count);
      for (let done = 0; done < count; done += READ_BATCH) {
        const part = Math.min(READ_BATCH, count - done);
        const x = new Float32Array(READ_BATCH * bytes);
        fromBytes(data.subarray(done * bytes, (done + part) * bytes), x.subarray(0, part * bytes));
        const { gaze } = await program.run({ x });
        for (let i = 0; i < 2 * part; i++) read[2 * done + i] = (gaze?.[i] as number) * UNIT;
      }
      return read;
    },
    dispose: () => program.dispose(),
  };
}

/** Draws random pictures, mirrors half of them, and shifts each by whole pixels, without resampling. */
function drawInto(x: Uint8Array, gaze: Float32Array, pictures: LabelledPictures, random: Random): void {
  const { width, height, count } = pictures;
  const bytes = width * height * 3;
  const reach = Math.round(SHIFT * width);
  for (let i = 0; i < gaze.length / 2; i++) {
    const chosen = random.integer(count);
    const mirrored = random.uniform() < 0.5;
    const shift = [random.integer(2 * reach + 1) - reach, random.integer(2 * reach + 1) - reach] as const;
    const picture = pictures.data.subarray(chosen * bytes, (chosen + 1) * bytes);
    moveInto(x.subarray(i * bytes, (i + 1) * bytes), picture, width, height, mirrored, shift);
    gaze[2 * i] = (pictures.gaze[2 * chosen] as number) / UNIT;
    gaze[2 * i + 1] = ((mirrored ? -1 : 1) * (pictures.gaze[2 * chosen + 1] as number)) / UNIT;
  }
}

/** Copies a picture, optionally mirrored left to right, and shifts it with repeated border pixels. */
function moveInto(
  place: Uint8Array,
  picture: Uint8Array,
  width: number,
  height: number,
  mirrored: boolean,
  [right, down]: readonly [number, number],
): void {
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.min(height - 1, Math.max(0, y - down)) * width;
    for (let x = 0; x < width; x++, to += 3) {
      const column = Math.min(width - 1, Math.max(0, x - right));
      const from = 3 * (row + (mirrored ? width - 1 - column : column));
      place[to] = picture[from] as number;
      place[to + 1] = picture[from + 1] as number;
      place[to + 2] = picture[from + 2] as number;
    }
  }
}

/** Angle between the directions of two gazes, in degrees. */
export function angleBetween(a: readonly [number, number], b: readonly [number, number]): number {
  const direction = ([pitch, yaw]: readonly [number, number]) =>
    [-Math.cos(pitch) * Math.sin(yaw), -Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw)] as const;
  const [u, v] = [direction(a), direction(b)];
  // The chord is accurate for small angles too.
  const chord = Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2]);
  return (2 * Math.asin(Math.min(1, chord / 2)) * 180) / Math.PI;
}

/** The error of a gaze network, in the paper's figures. */
export interface GazeError {
  /** Mean angle between true and estimated gaze in degrees. */
  readonly error: number;
  /** Share of pictures with an error up to 7 degrees, 0 to 1. */
  readonly within7: number;
}

export async function gazeErrorOf(reader: GazeReader, pictures: LabelledPictures): Promise<GazeError> {
  const read = await reader.read(pictures);
  let total = 0;
  let close = 0;
  for (let i = 0; i < 2 * pictures.count; i += 2) {
    const pair = (values: Float32Array) => [values[i] as number, values[i + 1] as number] as const;
    const angle = angleBetween(pair(read), pair(pictures.gaze));
    total += angle;
    if (angle <= 7) close++;
  }
  return { error: total / pictures.count, within7: close / pictures.count };
}
