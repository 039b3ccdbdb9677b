import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { TensorRecord } from '../../../src/engine/types.js';
import { enlarged } from '../../../src/models/networks/bicubic.js';
import { superResolution } from '../../../src/models/networks/super-resolution.js';
import { randomAt } from '../../../src/random.js';
import { run, tensorOf } from '../run.js';

const picture = (height: number, width: number) => {
  const random = randomAt(4, 'picture');
  return tensorOf(
    [1, height, width, 3],
    Array.from({ length: height * width * 3 }, () => random.uniform(-1, 1)),
  );
};

async function both(scale: number, height: number, width: number, change: (weights: TensorRecord) => TensorRecord) {
  const network = superResolution({ scale, filters: 4, blocks: 2 });
  const weights = change(network.init(randomAt(1, 'weights')).weights);
  return run(
    ({ x, ...values }) => ({
      made: network.forward(x as tf.Tensor4D, values, { mode: 'inference' }).output,
      bicubic: enlarged(x as tf.Tensor4D, scale),
    }),
    { x: picture(height, width), ...weights },
  );
}

it.each([
  [2, 5, 7],
  [4, 3, 2],
])('×%i starts as bicubic enlargement, exactly, at any size', async (scale, height, width) => {
  const { made, bicubic } = await both(scale, height, width, (weights) => weights);
  expect(made).toHaveLength(height * scale * width * scale * 3);
  expect(made).toEqual(bicubic);
});

it('adds what its last layer makes to each pixel of its own', async () => {
  const shade = Float32Array.from({ length: 12 }, (_, i) => i / 100);
  const { made = [], bicubic = [] } = await both(2, 3, 4, (weights) => ({
    ...weights,
    'last/bias': { shape: [12], data: shade },
  }));
  const wide = 8 * 3;
  for (const [place, at] of [0, 3, wide, wide + 3].entries()) {
    for (let channel = 0; channel < 3; channel++) {
      const added = Math.min(1, (bicubic[at + channel] as number) + (shade[place * 3 + channel] as number));
      // Bicubic is clipped once more; the picture's rim lies within the range here.
      if (Math.abs(bicubic[at + channel] as number) < 1) expect(made[at + channel]).toBeCloseTo(added, 6);
    }
  }
});
