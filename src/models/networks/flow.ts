/** Pictures whose pixels are read from elsewhere, as a flow says. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Each pixel of `x` `[batch, height, width, channels]` read where `flow` `[batch, height, width, 2]` sends it: so many pixels down and to
 * the right of itself, bilinearly, at the rim where that lies beside the picture (Jaderberg et al., "Spatial Transformer Networks",
 * NIPS 2015; Zhou et al., "View Synthesis by Appearance Flow", ECCV 2016).
 *
 * The gradient goes to the flow alone: what is read is a network's input, which none is asked for.
 */
export function warped(x: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const layer = tf.customGrad((...args: unknown[]) => {
    const [pictures, shifts, save] = args as [tf.Tensor4D, tf.Tensor4D, (tensors: tf.Tensor[]) => void];
    const { corners, down, right } = read(pictures, shifts);
    const [top, bottom] = [mixed(corners[0], corners[1], right), mixed(corners[2], corners[3], right)];
    save([pictures, shifts]);
    return {
      value: tf.reshape(mixed(top, bottom, down), pictures.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const again = read(saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D);
        const [topLeft, topRight, bottomLeft, bottomRight] = again.corners;
        const ofDown = tf.sub(mixed(bottomLeft, bottomRight, again.right), mixed(topLeft, topRight, again.right));
        const ofRight = tf.sub(mixed(topRight, bottomRight, again.down), mixed(topLeft, bottomLeft, again.down));
        const rows = tf.reshape(dy, ofDown.shape);
        const slopes = [ofDown, ofRight].map((slope) => tf.sum(tf.mul(rows, slope), 1, true));
        return [tf.zerosLike(pictures), tf.reshape(tf.mul(tf.concat(slopes, 1), again.within), shifts.shape)];
      },
    };
  });
  return layer(x, flow) as tf.Tensor4D;
}

/** The four pixels around each place that is read, `[pixels, channels]`, and how far on the way from the first to the last it lies. */
function read(x: tf.Tensor4D, flow: tf.Tensor4D) {
  const [batch, height, width, channels] = x.shape;
  const [shiftDown, shiftRight] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const row = tf.add(shiftDown, tf.reshape(tf.range(0, height), [1, height, 1, 1]));
  const column = tf.add(shiftRight, tf.reshape(tf.range(0, width), [1, 1, width, 1]));
  const [toRow, toColumn] = [tf.clipByValue(row, 0, height - 1), tf.clipByValue(column, 0, width - 1)];
  const [top, left] = [tf.minimum(tf.floor(toRow), height - 2), tf.minimum(tf.floor(toColumn), width - 2)];
  // In whole numbers, and held on the picture once more: a flow that is not a number must not read beside it.
  const first = tf.mul(tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1, 1, 1]), whole(height * width));
  const [rowAt, columnAt] = [held(top, height - 2), held(left, width - 2)];
  const at = tf.reshape(tf.add(first, tf.add(tf.mul(rowAt, whole(width)), columnAt)), [-1]) as tf.Tensor1D;
  const pixels = tf.reshape<tf.Rank.R2>(x, [-1, channels]);
  const corner = (offset: number) => tf.gather(pixels, offset === 0 ? at : tf.add<tf.Tensor1D>(at, whole(offset)));
  const list = (values: tf.Tensor) => tf.reshape<tf.Rank.R2>(values, [-1, 1]);
  const inside = [tf.equal(row, toRow), tf.equal(column, toColumn)].map((same) => list(tf.cast(same, 'float32')));
  return {
    corners: [corner(0), corner(1), corner(width), corner(width + 1)] as const,
    down: list(tf.sub(toRow, top)),
    right: list(tf.sub(toColumn, left)),
    /** 1 where the flow leads to a place on the picture, else 0, down and to the right. */
    within: tf.concat(inside, 1),
  };
}

function whole(value: number): tf.Scalar {
  return tf.scalar(value, 'int32');
}

/** As a whole number from 0 to `most`. */
function held(x: tf.Tensor, most: number): tf.Tensor {
  return tf.minimum(tf.maximum(tf.cast(x, 'int32'), whole(0)), whole(most));
}

function mixed(a: tf.Tensor, b: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return tf.add(a, tf.mul(tf.sub(b, a), share));
}
