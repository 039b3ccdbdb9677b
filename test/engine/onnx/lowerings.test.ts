import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { OnnxEngine } from '../../../src/engine/onnx/engine.js';
import { loadRuntime } from '../../../src/engine/onnx/session.js';
import type { Engine, Program, TensorSpec, TensorType, TensorValues } from '../../../src/engine/types.js';
import { cases, values } from '../cases.js';
import { expectAgreement, listed } from './agreement.js';

let reference: Engine;
let onnx: Engine;
let plain: Engine;
beforeAll(async () => {
  reference = await openEngine('reference');
  onnx = await openEngine('onnx', { threads: 1 });
  const runtime = await loadRuntime();
  // As for execution providers other than the CPU.
  const target = { block: 0, poolPositions: false };
  plain = new OnnxEngine({ runtime, settings: { threads: 1, provider: 'cpu' }, target, description: 'plain' });
});
afterAll(() => Promise.all([reference.dispose(), onnx.dispose(), plain.dispose()]));

type Operation = (...x: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
interface Operand extends TensorSpec {
  readonly low?: number;
  readonly high?: number;
}

/** Results of an operation and, if asked for, its gradients by every operand. */
function programOf(f: Operation, gradients: boolean): Program {
  return (inputs) => {
    const operands = listed(inputs);
    const results = [f(...operands)].flat();
    const outputs = Object.fromEntries(results.map((result, i) => [`y${i}`, result]));
    if (!gradients) return { outputs };
    const loss = (...xs: tf.Tensor[]) => {
      const terms = [f(...xs)].flat().map((y) => tf.sum(tf.mul(y, tf.sin(tf.reshape(tf.range(0, y.size), y.shape)))));
      return tf.addN(terms) as tf.Scalar;
    };
    const slopes = tf.grads(loss)(operands);
    return { outputs: { ...outputs, ...Object.fromEntries(slopes.map((slope, i) => [`d${i}`, slope])) } };
  };
}

function sample({ shape, dtype = 'float32', low = -2, high = 2 }: Operand, salt: number): TensorValues {
  const data = tf.tidy(() =>
    values([...shape], low, high, salt)
      .dataSync()
      .slice(),
  ) as Float32Array;
  if (dtype === 'int32') return Int32Array.from(data, Math.round);
  return dtype === 'bool' ? Uint8Array.from(data, (x) => Number(x > 0)) : data;
}

async function check(
  others: readonly Engine[],
  f: Operation,
  operands: readonly Operand[],
  gradients = true,
  tolerance?: number,
) {
  const names = operands.map((_, i) => `x${i}`);
  await expectAgreement({ reference, others }, programOf(f, gradients), {
    inputs: Object.fromEntries(operands.map(({ shape, dtype }, i) => [names[i], { shape, dtype }])),
    values: Object.fromEntries(operands.map((operand, i) => [names[i], sample(operand, i + 1)])),
    tolerance,
  });
}

describe('lowerings with gradients', () => {
  it.each(cases)('%s', async (name, f, shapes, low, high) => {
    await check(
      name.endsWith('twice') ? [onnx, plain] : [onnx],
      f,
      shapes.map((shape) => ({ shape, low, high })),
    );
  });
});

const float = (...shape: number[]): Operand => ({ shape });
const typed = (dtype: TensorType, low: number, high: number, ...shape: number[]): Operand => ({
  shape,
  dtype,
  low,
  high,
});
const int = (...shape: number[]) => typed('int32', -5, 5, ...shape);
const bool = (...shape: number[]) => typed('bool', -1, 1, ...shape);

const odd: [string, Operation, Operand[]][] = [
  [
    'comparisons',
    (a, b) => [
      tf.greater(a, b),
      tf.greaterEqual(a, b),
      tf.less(a, b),
      tf.lessEqual(a, b),
      tf.equal(a, b),
      tf.notEqual(a, b),
    ],
    [int(3, 4), int(4)],
  ],
  ['comparisons of bools', (a, b) => [tf.greater(a, b), tf.equal(a, b), tf.notEqual(a, b)], [bool(9), bool(9)]],
  [
    'logic',
    (a, b) => [tf.logicalAnd(a, b), tf.logicalOr(a, b), tf.logicalXor(a, b), tf.logicalNot(a)],
    [bool(3, 4), bool(4)],
  ],
  ['where of ints', (c, a, b) => tf.where(c, a, b), [bool(3, 4), int(4), int(3, 1)]],
  ['where of mixed types', (c, a, b) => tf.where(c, a, b), [bool(4), int(4), float(4)]],
  [
    'finite, NaN, infinite',
    (a) => {
      const x = tf.div(a, tf.relu(a));
      return [tf.isFinite(x), tf.isNaN(tf.sqrt(a)), tf.isInf(x)];
    },
    [float(3, 7)],
  ],
  [
    'casts',
    (a, b, c) => [
      tf.cast(a, 'int32'),
      tf.cast(a, 'bool'),
      tf.cast(b, 'float32'),
      tf.cast(b, 'bool'),
      tf.cast(c, 'float32'),
      tf.cast(c, 'int32'),
    ],
    [float(9), int(9), bool(9)],
  ],
  [
    'int arithmetic',
    (a, b) => [
      tf.add(a, b),
      tf.sub(a, b),
      tf.mul(a, b),
      tf.div(a, tf.add(tf.abs(b), 1)),
      tf.floorDiv(a, tf.add(tf.abs(b), tf.scalar(1, 'int32'))),
      tf.maximum(a, b),
      tf.minimum(a, b),
      tf.squaredDifference(a, b),
      tf.neg(a),
    ],
    [int(3, 4), int(4)],
  ],
  ['int modulo', (a) => [tf.mod(a, tf.scalar(3, 'int32')), tf.mod(a, tf.scalar(-3, 'int32'))], [int(11)]],
  ['float modulo and floor division', (a, b) => [tf.mod(a, b), tf.floorDiv(a, b)], [float(11), float(11)]],
  [
    'rounding',
    (a) => [tf.round(tf.mul(tf.round(tf.mul(a, 4)), 0.5)), tf.floor(a), tf.ceil(a), tf.sign(a)],
    [float(20)],
  ],
  [
    'atan2 in all quadrants',
    (a, b) => [tf.atan2(a, b), tf.atan2(tf.zerosLike(a), b), tf.atan2(a, tf.zerosLike(b))],
    [float(20), float(20)],
  ],
  [
    'reductions of every axis',
    (a) => [tf.sum(a), tf.mean(a, 0), tf.max(a, [0, 2]), tf.min(a, -1, true), tf.prod(a, 1)],
    [float(3, 4, 2)],
  ],
  [
    'reductions of ints and bools',
    (a, b) => [tf.sum(a, 0), tf.mean(a), tf.max(a, 1), tf.sum(b), tf.any(b, 0), tf.all(b, 1)],
    [int(3, 4), bool(3, 4)],
  ],
  ['argMax, argMin', (a) => [tf.argMax(a, 1), tf.argMin(a, 0), tf.argMax(a, -1)], [float(3, 4, 2)]],
  [
    'topk',
    (a) => {
      const { values: v, indices } = tf.topk(a, 3);
      return [v, indices];
    },
    [float(2, 7)],
  ],
  ['cumsum', (a) => [tf.cumsum(a, 0), tf.cumsum(a, 1, true), tf.cumsum(a, 1, false, true)], [float(3, 4)]],
  ['oneHot', (a) => [tf.oneHot(a, 4), tf.oneHot(a, 4, 2, -1, 'float32')], [typed('int32', -2, 6, 9)]],
  ['gather', (a, i) => [tf.gather(a, i), tf.gather(a, i, 1)], [float(4, 5, 2), typed('int32', 0, 3, 2, 3)]],
  [
    'gatherND, scatterND',
    (a, i) => [tf.gatherND(a, i), tf.scatterND(i, tf.gatherND(a, i), [4, 4, 2])],
    [float(4, 4, 2), typed('int32', 0, 3, 3, 2)],
  ],
  ['segment sum', (a, i) => tf.unsortedSegmentSum(a, i as tf.Tensor1D, 4), [float(6, 3), typed('int32', 0, 3, 6)]],
  [
    'stridedSlice',
    (a) => [
      tf.stridedSlice(a, [0, 1, 3], [4, 5, 0], [2, 1, -1]),
      tf.stridedSlice(a, [3, 0, 0], [-5, 5, 4], [-1, 2, 1], 0, 2),
      tf.stridedSlice(a, [1, 0, 0], [2, 5, 4], [1, 1, 1], 0, 0, 0, 0, 1),
    ],
    [float(4, 5, 4)],
  ],
  [
    'tile, broadcastTo, expandDims',
    (a) => [
      tf.tile(a, [2, 3]),
      tf.broadcastTo(a, [4, 3, 2]),
      tf.expandDims(a, -1),
      tf.tile(tf.reshape(a, [3, 2, 1]), [1, 1, 4]),
    ],
    [float(3, 2)],
  ],
  ['split, unstack, reverse', (a) => [...tf.split(a, [1, 3], 1), ...tf.unstack(a, 0), tf.reverse(a)], [float(2, 4)]],
  [
    'pad with a value',
    (a, b) => [
      tf.pad(
        a,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
      tf.pad(b, [[1, 1]], -2),
    ],
    [float(2, 3), int(4)],
  ],
  [
    'space to batch with borders',
    (a) =>
      tf.spaceToBatchND(
        a,
        [2, 3],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    [float(1, 5, 8, 2)],
  ],
  [
    'batch to space with borders',
    (a) =>
      tf.batchToSpaceND(
        a,
        [2, 3],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    [float(6, 3, 3, 2)],
  ],
  ['einsum', (a, b) => [tf.einsum('ij,jk->ki', a, b)], [float(2, 3), float(3, 4)]],
  [
    'fused matMul',
    (a, b, c) => [
      tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias: c, activation: 'relu' }),
      tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, activation: 'sigmoid' }),
    ],
    [float(2, 3), float(3, 4), float(4)],
  ],
  ['softmax of rank 3', (a) => [tf.softmax(a), tf.logSoftmax(a), tf.softplus(tf.mul(a, 20))], [float(2, 3, 4)]],
  [
    'constants',
    (a) => [
      tf.add(a, tf.range(0, 3)),
      tf.mul(a, tf.linspace(0, 1, 3)),
      tf.add(a, tf.ones([2, 3])),
      tf.sub(tf.zeros([2, 3]), a),
      tf.eye(3),
      tf.fill([2], 7),
    ],
    [float(2, 3)],
  ],
  [
    'outputs that are inputs, or twice the same',
    (a, b) => {
      const y = tf.add(a, b);
      return [a, y, y, tf.scalar(2), tf.clone(b)];
    },
    [float(3), float(3)],
  ],
  [
    'lazy broadcasts',
    (a, b) => {
      const x = tf.tile(tf.reshape(a, [1, 3]), [4, 1]);
      const y = tf.tile(b, [1, 3]);
      return [
        tf.add(x, y),
        tf.mul(x, 2),
        tf.sum(x),
        tf.mean(x, 0),
        tf.max(x, 1),
        tf.sum(tf.add(x, 1), 0, true),
        tf.concat([x, y], 0),
        tf.prod(tf.tile(tf.reshape(a, [1, 3]), [2, 1]), 0),
        tf.reshape(tf.tile(tf.reshape(tf.sum(a), [1, 1]), [2, 3]), [6]),
      ];
    },
    [float(3), float(4, 1)],
  ],
  ['empty tensors', (a) => tf.concat([tf.zeros([0, 3]), a], 0), [float(2, 3)]],
  ['scalars', (a) => [tf.mul(a, a), tf.reshape(a, [1, 1]), tf.sum(a)], [float()]],
  [
    'unary functions of extremes',
    (a) => {
      const x = tf.mul(a, 1e4);
      return [
        tf.tanh(x),
        tf.sigmoid(x),
        tf.exp(tf.neg(tf.abs(x))),
        tf.clipByValue(x, -1, 1),
        tf.step(x),
        tf.erf(x),
        tf.relu6(x),
        tf.selu(x),
      ];
    },
    [float(30)],
  ],
];

describe('numbers and repeated values', () => {
  it('slices along repeated axes and others', async () => {
    const f: Operation = (x) => {
      const repeated = tf.broadcastTo(x, [2, 3, 4, 3]);
      const parts = tf.split(repeated, [1, 2], 3);
      return [...parts, tf.slice(repeated, [1, 1, 1, 0], [1, 2, 2, 2]), tf.slice(repeated, [0, 0, 3, 2], [2, 3, 1, 1])];
    };
    await check([onnx, plain], f, [float(2, 1, 4, 1)]);
  });

  it('combines a scalar with pictures of one channel', async () => {
    const f: Operation = (x, y) => {
      const one = tf.sum(y);
      const large = tf.greater(x, one);
      return [tf.mul(x, 3), tf.mul(x, one), tf.sub(one, x), tf.maximum(x, 0.3), tf.where(large, x, tf.scalar(0.5))];
    };
    await check([onnx, plain], f, [float(2, 4, 6, 1), float(1, 2)]);
    await check([onnx, plain], (x) => tf.mul(tf.mean(tf.square(x), 3, true), 0.5), [float(2, 4, 6, 16)]);
  });
});

describe('lowerings without gradients', () => {
  it.each(odd)('%s', async (_, f, operands) => {
    await check([onnx], f, operands, false);
  });
});

type Convolution = [
  x: [number, number, number, number],
  filter: [number, number, number, number],
  strides: number | [number, number],
  pad: 'same' | 'valid' | number,
  dilations?: number,
];
const convolutions: Convolution[] = [
  [[2, 6, 7, 3], [3, 3, 3, 5], 1, 'same'],
  [[2, 8, 8, 8], [3, 3, 8, 16], 1, 'same'],
  [[1, 20, 20, 8], [3, 3, 8, 8], 1, 'valid'],
  [[1, 18, 20, 8], [5, 5, 8, 8], 1, 1],
  [[2, 8, 8, 3], [4, 4, 3, 16], 2, 1],
  [[2, 8, 8, 16], [4, 4, 16, 32], 2, 'same'],
  [[2, 9, 7, 8], [3, 3, 8, 8], 2, 'same'],
  [[2, 9, 12, 8], [3, 2, 8, 8], 2, 'valid'],
  [[1, 64, 64, 3], [2, 2, 3, 8], 2, 'valid'],
  [[1, 64, 64, 8], [2, 2, 8, 8], 2, 'valid'],
  [[2, 9, 10, 8], [3, 3, 8, 8], [2, 1], 'same'],
  [[2, 11, 10, 5], [4, 3, 5, 6], [3, 2], 'valid'],
  [[3, 8, 8, 16], [1, 1, 16, 8], 1, 'same'],
  [[2, 8, 8, 16], [1, 1, 16, 3], 1, 'valid'],
  [[2, 8, 8, 16], [1, 1, 16, 24], 2, 'same'],
  [[2, 6, 6, 12], [3, 3, 12, 20], 1, 'same'],
  [[1, 5, 5, 24], [3, 3, 24, 2], 1, 'valid'],
  [[2, 6, 6, 8], [3, 3, 8, 8], 1, 4],
  [[2, 4, 5, 24], [4, 4, 24, 32], 2, 'same'],
  [[1, 5, 4, 16], [3, 3, 16, 32], [3, 2], 'same'],
  [[3, 3, 3, 16], [3, 3, 16, 24], 1, 'valid'],
];

describe('convolution and its gradients', () => {
  const convolve =
    (strides: number | [number, number], pad: 'same' | 'valid' | number, dilations = 1): Operation =>
    (x, w) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);

  it.each(convolutions)('of %j by %j, strides %j, padding %j', async (x, filter, strides, pad) => {
    const operands = [float(...x), float(...filter)];
    await check([onnx, plain], convolve(strides, pad), operands, true, 1e-4);
  });

  it.each([
    [[16, 18, 18, 24], [4, 4, 24, 20], 2, 'valid'],
    [[16, 17, 19, 16], [4, 4, 16, 8], 2, 1],
    [[8, 34, 20, 16], [2, 2, 16, 16], 2, 'valid'],
    [[16, 20, 10, 16], [4, 3, 16, 16], [2, 1], 'valid'],
    [[16, 16, 18, 24], [3, 3, 24, 16], 2, 'same'],
    [[16, 17, 19, 16], [3, 3, 16, 8], 2, 1],
    [[16, 19, 21, 16], [5, 3, 16, 8], 2, 'valid'],
    [[16, 32, 33, 16], [7, 7, 16, 8], 4, 3],
    [[16, 8, 8, 16], [3, 3, 16, 16], 1, 'same'],
    [[2, 34, 33, 16], [3, 3, 16, 8], 1, 'valid'],
    [[2, 14, 14, 24], [3, 3, 24, 16], 1, 'same'],
    [[2, 14, 13, 12], [3, 3, 12, 16], 1, 'same'],
  ] as const)('of what a convolution made, %j by %j, strides %j, padding %s', async (x, filter, strides, pad) => {
    const last = convolve(strides as number, pad);
    const f: Operation = (a, v, w) => last(tf.conv2d(a as tf.Tensor4D, v as tf.Tensor4D, 1, 'same'), w);
    const [batch, height, width, channels] = x;
    const operands = [float(batch, height, width, 4), float(1, 1, 4, channels), float(...filter)];
    await check([onnx, plain], f, operands, true, 1e-4);
  });

  it('is dilated', async () => {
    await check([onnx], convolve(1, 'same', 2), [float(1, 9, 9, 8), float(3, 3, 8, 8)], false);
    await check([onnx], convolve(1, 'valid', 3), [float(1, 9, 9, 3), float(3, 2, 3, 2)], false);
  });

  it.each([
    [[2, 4, 4, 16], [4, 4, 8, 16], 2, 'same', 8, 8],
    [[2, 4, 4, 6], [4, 4, 5, 6], 2, 'same', 8, 8],
    [[2, 4, 5, 8], [3, 3, 8, 8], 2, 'valid', 9, 11],
    [[1, 3, 3, 8], [2, 2, 8, 8], 2, 'valid', 6, 6],
    [[1, 4, 4, 8], [3, 3, 16, 8], 1, 'same', 4, 4],
    [[1, 4, 4, 8], [5, 5, 4, 8], 3, 'same', 12, 11],
  ] as const)('is transposed: %j by %j, stride %i, %s', async (x, filter, stride, pad, height, width) => {
    const f: Operation = (a, w) =>
      tf.conv2dTranspose(a as tf.Tensor4D, w as tf.Tensor4D, [x[0], height, width, filter[2]], stride, pad);
    await check([onnx, plain], f, [float(...x), float(...filter)], true, 1e-4);
  });

  it.each([
    [1, 'same', 1],
    [2, 'same', 1],
    [1, 'valid', 2],
    [[2, 1], 'valid', 1],
  ] as [number | [number, number], 'same' | 'valid', number][])(
    'is depthwise, strides %j, %s, multiplier %i',
    async (strides, pad, multiplier) => {
      for (const channels of [3, 8]) {
        await check([onnx], (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad), [
          float(2, 7, 6, channels),
          float(3, 3, channels, multiplier),
        ]);
      }
    },
  );

  it.each(['linear', 'relu', 'leakyrelu', 'relu6', 'elu', 'sigmoid'] as const)(
    'is fused with bias and %s',
    async (activation) => {
      const fused: Operation = (x, filter, bias) => [
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          leakyreluAlpha: 0.1,
        }),
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: tf.slice(filter, 0, [3, 3, 8, 1]) as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          leakyreluAlpha: 0.1,
        }),
      ];
      await check([onnx], fused, [float(2, 6, 6, 8), float(3, 3, 8, 8), float(8)], false, 1e-4);
    },
  );
});

describe('fusion into convolutions', () => {
  const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
  const operands = [float(2, 6, 6, 8), float(3, 3, 8, 8), float(8)];
  const fusions: [string, Operation][] = [
    ['bias and ReLU', (x, w, b) => tf.relu(tf.add(conv(x, w), b))],
    ['bias and leaky ReLU', (x, w, b) => tf.leakyRelu(tf.add(conv(x, w), b), 0.2)],
    ['residual sum and ReLU', (x, w, b) => tf.relu(tf.add(x, tf.add(conv(tf.relu(conv(x, w)), w), b)))],
    ['residual sum of two convolutions', (x, w, b) => tf.add(tf.add(conv(x, w), b), conv(tf.neg(x), w))],
    [
      'results used before and after the activation',
      (x, w, b) => {
        const y = tf.add(conv(x, w), b);
        return [tf.relu(y), tf.sigmoid(y), tf.leakyRelu(y, 0.3), tf.add(y, x)];
      },
    ],
    [
      'a convolution used with and without bias',
      (x, w, b) => {
        const y = conv(x, w);
        return [y, tf.add(y, b), tf.relu(tf.add(y, b)), tf.relu(y)];
      },
    ],
    [
      'a sum with itself',
      (x, w) => {
        const y = conv(x, w);
        return tf.add(y, y);
      },
    ],
    ['a bias that is a constant', (x, w) => tf.relu(tf.add(conv(x, w), tf.range(0, 8)))],
    ['a number instead of a bias', (x, w) => tf.relu(tf.add(conv(x, w), 0.5))],
    ['channel scale and shift', (x, w, b) => tf.relu(tf.sub(tf.mul(conv(x, w), b), tf.square(b)))],
    ['vector minus map', (x, w, b) => tf.sub(b, tf.mul(b, conv(x, w)))],
  ];
  it.each(fusions)('%s', async (_, f) => {
    const needed = operands.slice(0, f.length);
    await check([onnx, plain], f, needed, true, 1e-4);
  });
});

/** Operations on pictures, applied to planar inputs and to blocked results of a convolution. */
const pictures: [string, (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[]][] = [
  ['max pooling, apart', (x) => tf.maxPool(x, 2, 2, 'valid')],
  ['max pooling, overlapping', (x) => tf.maxPool(x, 3, 1, 'same')],
  ['max pooling, strided', (x) => tf.maxPool(x, [3, 2], [2, 1], 'same')],
  ['max pooling, rounded up', (x) => tf.maxPool(x, 3, 2, 0, 'ceil')],
  ['max pooling of ties', (x) => tf.maxPool(tf.relu(x), 3, 2, 'same')],
  ['average pooling', (x) => tf.avgPool(x, 2, 2, 'valid')],
  ['average pooling over borders', (x) => tf.avgPool(x, 3, 1, 'same')],
  ['bilinear, doubled', (x) => tf.image.resizeBilinear(x, [12, 16], false, true)],
  ['bilinear, doubled, asymmetric', (x) => tf.image.resizeBilinear(x, [12, 16])],
  ['bilinear, tripled, corners aligned', (x) => tf.image.resizeBilinear(x, [18, 24], true)],
  ['bilinear, halved', (x) => tf.image.resizeBilinear(x, [3, 4], false, true)],
  ['bilinear, shrunk', (x) => tf.image.resizeBilinear(x, [4, 5], false, true)],
  ['bilinear, to one pixel', (x) => tf.image.resizeBilinear(x, [1, 1], true)],
  ['nearest, doubled', (x) => tf.image.resizeNearestNeighbor(x, [12, 16])],
  ['nearest, half pixels', (x) => tf.image.resizeNearestNeighbor(x, [9, 5], false, true)],
  ['nearest, corners aligned', (x) => tf.image.resizeNearestNeighbor(x, [9, 5], true)],
  [
    'reflected borders',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
  ],
  [
    'reflected borders, wide and uneven',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [5, 2],
          [0, 4],
          [0, 0],
        ],
        'reflect',
      ),
  ],
  [
    'symmetric borders',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [3, 1],
          [2, 8],
          [0, 0],
        ],
        'symmetric',
      ),
  ],
  [
    'mirrored channels',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [0, 0],
          [0, 1],
          [2, 1],
        ],
        'reflect',
      ),
  ],
  [
    'zero borders',
    (x) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
  ],
  [
    'batch normalisation in training',
    (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        tf.range(0, x.shape[3]) as tf.Tensor1D,
        tf.range(1, x.shape[3] + 1) as tf.Tensor1D,
        1e-3,
      );
    },
  ],
  [
    'instance normalisation',
    (x) => {
      const { mean, variance } = tf.moments(x, [1, 2], true);
      return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
    },
  ],
  [
    'means over channels and pixels',
    (x) => [tf.mean(x, 3), tf.mean(x, [1, 2]), tf.sum(x, [0, 1, 2]), tf.max(x, [1, 2], true), tf.mean(x), tf.sum(x, 0)],
  ],
  [
    'maps of one channel',
    (x) => {
      const m = tf.mean(x, 3, true);
      return [tf.mul(x, m), tf.sub(m, x), tf.add(x, tf.slice(m, 0, [1, -1, -1, 1]))];
    },
  ],
  [
    'vectors for each picture',
    (x) => {
      const m = tf.mean(x, [1, 2], true);
      return [tf.mul(x, m), tf.add(tf.sigmoid(m), x), tf.add(x, tf.mean(x, [0, 1], true))];
    },
  ],
  [
    'rows and columns',
    (x) => [tf.mul(x, tf.reshape(tf.range(0, 8), [1, 1, 8, 1])), tf.mul(x, tf.reshape(tf.range(0, 6), [6, 1, 1]))],
  ],
  [
    'slices and concatenation',
    (x) => {
      const [a, b] = tf.split(x, 2, 0);
      return [tf.concat([tf.relu(a), b], 3), tf.slice(x, [0, 1, 2, 0], [-1, 3, 3, 2]), tf.concat([x, tf.neg(x)], 1)];
    },
  ],
  ['dense layer', (x) => tf.matMul(tf.reshape(x, [2, -1]), tf.ones([x.size / 2, 3]))],
  [
    'transposition',
    (x) => [tf.transpose(x, [0, 3, 1, 2]), tf.add(tf.transpose(tf.transpose(x, [2, 0, 3, 1]), [1, 3, 0, 2]), x)],
  ],
  ['flips', (x) => [tf.reverse(x, 2), tf.reverse(x, [0, 3])]],
  ['depth to space', (x) => (x.shape[3] % 4 === 0 ? tf.depthToSpace(x, 2) : tf.neg(x))],
  [
    'activations',
    (x) => [
      tf.elu(x),
      tf.selu(x),
      tf.softplus(x),
      tf.leakyRelu(x, 0.1),
      tf.tanh(x),
      tf.prelu(x, tf.fill([1, 1, 1, 1], 0.3)),
    ],
  ],
  [
    'slopes of channels',
    (x) => {
      const slopes = Float32Array.from({ length: x.shape[3] }, (_, i) => 0.4 * i - 1);
      return [[1, 1, slopes.length], [slopes.length]].map((shape) => tf.prelu<tf.Tensor>(x, tf.tensor(slopes, shape)));
    },
  ],
  ['softmax over channels', (x) => tf.softmax(x)],
  ['masks', (x) => tf.where(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 0.5)), x, tf.neg(tf.square(x)))],
  [
    'divisions and powers',
    (x) => [tf.div(1, tf.add(tf.abs(x), 0.5)), tf.pow(tf.add(tf.abs(x), 1), 1.5), tf.log(tf.add(1.5, tf.square(x)))],
  ],
];

describe('operations on pictures', () => {
  // A second convolution shows whether what fills incomplete blocks stays harmless.
  const between =
    (f: (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[]): Operation =>
    (x, w) => {
      const results = [f(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'))].flat();
      const [y] = results as [tf.Tensor4D];
      if (y.rank !== 4 || y.dtype !== 'float32') return results;
      const mix = tf.reshape(tf.sin(tf.range(0, y.shape[3] * 8)), [1, 1, y.shape[3], 8]) as tf.Tensor4D;
      return [...results, tf.conv2d(y, mix, 1, 'same')];
    };
  it.each(pictures)('%s', async (_, f) => {
    await check([onnx], f as Operation, [float(2, 6, 8, 3)], true, 1e-4);
    for (const channels of [16, 12]) {
      await check([onnx, plain], between(f), [float(2, 6, 8, 8), float(1, 1, 8, channels)], true, 1e-4);
    }
  });
});

it('has a lowering for every listed kernel', async () => {
  const { lowerings } = await import('../../../src/engine/onnx/lowerings/index.js');
  const known = new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName));
  const own = Object.keys(lowerings).filter((name) => !known.has(name));
  expect(own.sort()).toEqual(['BroadcastTo', 'LogSoftmax', 'MaxPoolGather', 'MirrorPadGradient', 'ResizeGradient']);
});
