/** Differentiable operations with operands for tests. */
import * as tf from '@tensorflow/tfjs-core';

/** Deterministic values between `low` and `high`, away from kinks at zero. */
export function values(shape: number[], low: number, high: number, salt = 1): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) => {
    const unit = (Math.sin((i + 1) * 12.9898 * salt) * 43758.5453) % 1;
    const x = low + (high - low) * Math.abs(unit);
    return Math.abs(x) < 0.1 ? x + 0.2 : x;
  });
  return tf.tensor(data, shape);
}

export type Case = [name: string, f: (...x: tf.Tensor[]) => tf.Tensor, shapes: number[][], low?: number, high?: number];

const unary = (name: string) => Reflect.get(tf, name) as (x: tf.Tensor) => tf.Tensor;

const img = [2, 4, 6, 3];

/** The slope of a sum of squares: gradients of this one are second derivatives. */
const slope =
  (f: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor): Case[1] =>
  (x, w) =>
    tf.grad((at: tf.Tensor) => tf.sum(tf.square(f(at as tf.Tensor4D, w as tf.Tensor4D))))(x);
export const cases: Case[] = [
  ...(
    [
      ['abs'],
      ['acos', -0.9, 0.9],
      ['acosh', 1.3, 3],
      ['asin', -0.9, 0.9],
      ['asinh'],
      ['atan'],
      ['atanh', -0.8, 0.8],
      ['cos'],
      ['cosh'],
      ['erf'],
      ['log', 0.3, 2],
      ['log1p', -0.5, 2],
      ['relu6', -3, 9],
      ['selu'],
      ['sin'],
      ['sinh'],
      ['softplus'],
      ['square'],
      ['tan', -1, 1],
      ['elu'],
      ['exp'],
      ['expm1'],
      ['reciprocal', 0.5, 2],
      ['relu'],
      ['rsqrt', 0.5, 2],
      ['sigmoid'],
      ['sqrt', 0.5, 2],
      ['tanh'],
      ['neg'],
      ['leakyRelu'],
      ['softmax'],
      ['logSoftmax'],
      ['logSigmoid'],
    ] as [string, number?, number?][]
  ).map(([name, low, high]): Case => [name, unary(name), [[2, 5]], low, high]),
  ['step', (x) => tf.mul(x, tf.step(x, 0.3)), [[7]]],
  ['leakyRelu, negative slope', (x) => tf.leakyRelu(x, -0.3), [[7]]],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.7), [[9]]],
  ['add, broadcast', tf.add, [[2, 3], [3]]],
  [
    'sub, broadcast',
    tf.sub,
    [
      [3, 1],
      [2, 3, 4],
    ],
  ],
  [
    'mul',
    tf.mul,
    [
      [2, 3],
      [2, 1],
    ],
  ],
  ['div', tf.div, [[2, 3], [3]], 0.5, 2],
  ['mod', (a, b) => tf.mod(a, tf.add(b, 3)), [[5], [5]], 1, 2],
  ['pow', tf.pow, [[2, 3], [3]], 0.5, 2],
  ['squaredDifference', tf.squaredDifference, [[2, 3], [3]]],
  ['maximum', tf.maximum, [[9], [9]]],
  ['minimum', tf.minimum, [[9], [9]]],
  ['atan2', tf.atan2, [[5], [5]], 0.3, 2],
  ['addN', (a, b, c) => tf.addN([a, b, c]), [[2], [2], [2]]],
  ['where', (a, b) => tf.where(tf.greater(a, 0.3), a, b), [[9], [9]]],
  ['prelu', tf.prelu as Case[1], [[2, 3], [3]]],
  ['sum', (x) => tf.sum(x, [0, 2]), [[2, 3, 4]]],
  ['mean, keepDims', (x) => tf.mean(x, 1, true), [[2, 3, 4]]],
  ['max', (x) => tf.max(x, 1), [[3, 5]]],
  ['min', (x) => tf.min(x), [[3, 5]]],
  ['prod', (x) => tf.prod(x, [0, 2]), [[2, 3, 2]]],
  ['cumsum', (x) => tf.cumsum(x, 1, true, true), [[2, 3, 2]]],
  ['moments', (x) => tf.moments(x, [0, 1]).variance, [[4, 3, 2]]],
  ['reshape, expandDims, squeeze', (x) => tf.squeeze(tf.expandDims(tf.reshape(x, [3, 2]), 1)), [[2, 3]]],
  ['transpose', (x) => tf.transpose(x, [2, 0, 1]), [[2, 3, 4]]],
  ['broadcastTo', (x) => tf.broadcastTo(x, [4, 2, 3]), [[2, 1]]],
  ['tile', (x) => tf.tile(x, [2, 1, 3]), [[2, 2, 2]]],
  ['tile of rank 5', (x) => tf.tile(x, [1, 2, 1, 1, 2]), [[2, 1, 2, 1, 2]]],
  [
    'concat',
    (a, b) => tf.concat([a, b], -1),
    [
      [2, 3],
      [2, 2],
    ],
  ],
  ['split', (x) => tf.add(tf.split(x, 2, 1)[0], 1), [[2, 4]]],
  [
    'stack',
    (a, b) => tf.stack([a, b], 1),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  ['unstack', (x) => tf.mul(...(tf.unstack(x, 1) as [tf.Tensor, tf.Tensor])), [[3, 2]]],
  ['slice', (x) => tf.slice(x, [1, 0], [-1, 2]), [[3, 4]]],
  [
    'pad',
    (x) =>
      tf.pad(x, [
        [1, 2],
        [0, 1],
      ]),
    [[2, 3]],
  ],
  [
    'mirrorPad, reflect',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [2, 1],
          [1, 2],
        ],
        'reflect',
      ),
    [[3, 4]],
  ],
  [
    'mirrorPad, symmetric',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [2, 3],
          [1, 0],
        ],
        'symmetric',
      ),
    [[3, 4]],
  ],
  ['reverse', (x) => tf.reverse(x, 1), [[2, 3]]],
  ['gather', (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1), [[2, 3, 2]]],
  [
    'spaceToBatchND',
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [img],
  ],
  [
    'batchToSpaceND',
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 1],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [img],
  ],
  ['depthToSpace', (x) => tf.depthToSpace(x as tf.Tensor4D, 2), [[1, 2, 3, 8]]],
  [
    'matMul',
    (a, b) => tf.matMul(a, b),
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'matMul, transposed',
    (a, b) => tf.matMul(a, b, true, true),
    [
      [3, 2],
      [4, 3],
    ],
  ],
  [
    'matMul, one transposed',
    (a, b) => tf.matMul(a, b, false, true),
    [
      [2, 2, 3],
      [2, 4, 3],
    ],
  ],
  [
    'matMul, other transposed',
    (a, b) => tf.matMul(a, b, true, false),
    [
      [3, 2],
      [3, 4],
    ],
  ],
  [
    'matMul, broadcast',
    (a, b) => tf.matMul(a, b),
    [
      [2, 2, 3],
      [1, 3, 4],
    ],
  ],
  ['conv2d', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 1], 'same'), [img, [3, 2, 3, 2]]],
  [
    'conv2dTranspose',
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 8, 12, 2], 2, 'same'),
    [img, [4, 4, 2, 3]],
  ],
  [
    'depthwiseConv2d',
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
    [img, [3, 3, 3, 2]],
  ],
  ['maxPool', (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'), [img]],
  ['avgPool', (x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'), [img]],
  ['resizeBilinear', (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [7, 3], true), [img]],
  ['resizeBilinear, half pixels', (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [8, 9], false, true), [img]],
  [
    'resizeNearestNeighbor, half pixels',
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [9, 5], false, true),
    [img],
  ],
  ['avgPool, asymmetric', (x) => tf.avgPool(x as tf.Tensor4D, [2, 3], [1, 2], 'same'), [img]],
  ['avgPool, valid', (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), [img]],
  ['resizeNearestNeighbor', (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [8, 12]), [img]],
  [
    'batchNorm',
    (x, m, v, o, s) => tf.batchNorm(x, m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
    [img, [3], [3], [3], [3]],
    0.5,
    2,
  ],
  ['conv2d, twice', slope((x, w) => tf.conv2d(x, w, 2, 'valid')), [img, [4, 4, 3, 2]]],
  [
    'conv2d, one layer after another, twice',
    slope((x, w) => tf.conv2d(tf.leakyRelu(tf.conv2d(x, w, 1, 1)), w, 1, 1)),
    [img, [3, 3, 3, 3]],
  ],
  [
    'matMul, twice',
    slope((x, w) => tf.matMul(tf.relu(tf.matMul(x, w)), w)),
    [
      [2, 3],
      [3, 3],
    ],
  ],
  ['maxPool, twice', slope((x) => tf.maxPool(x, 3, 2, 'same')), [img]],
  ['maxPool with overlap, twice', slope((x) => tf.maxPool(x, 3, 1, 1)), [img]],
  ['maxPool, windows apart, twice', slope((x) => tf.maxPool(x, 2, 2, 'valid')), [img]],
  ['avgPool, twice', slope((x) => tf.avgPool(x, 2, 2, 'valid')), [img]],
  ['avgPool over the border, twice', slope((x) => tf.avgPool(x, 3, 1, 'same')), [img]],
  ['depthwiseConv2d, twice', slope((x, w) => tf.depthwiseConv2d(x, w, 1, 'valid')), [img, [3, 3, 3, 2]]],
  [
    'mirrorPad, twice',
    slope((x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        'reflect',
      ),
    ),
    [img],
  ],
  ['resizeBilinear, twice', slope((x) => tf.image.resizeBilinear(x, [7, 3], false, true)), [img]],
  ['resizeNearestNeighbor, twice', slope((x) => tf.image.resizeNearestNeighbor(x, [8, 12])), [img]],
  [
    'conv2d, twice by the filter',
    (x, w) =>
      tf.grad((at: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, at as tf.Tensor4D, 1, 'valid'))))(w),
    [img, [3, 3, 3, 2]],
  ],
  // Derivatives that are written with the result must not lose that it came from the operand.
  ...(
    [
      ['elu'],
      ['exp'],
      ['expm1'],
      ['reciprocal', 0.5, 2],
      ['rsqrt', 0.5, 2],
      ['sigmoid'],
      ['sqrt', 0.5, 2],
      ['tanh'],
      ['softmax'],
      ['softplus'],
      ['square'],
    ] as [string, number?, number?][]
  ).map(([name, low, high]): Case => [`${name}, twice`, slope((x) => unary(name)(x)), [[2, 5]], low, high]),
  ['pow, twice', slope((x, w) => tf.pow(x, w)), [[2, 3], [3]], 0.5, 2],
];
