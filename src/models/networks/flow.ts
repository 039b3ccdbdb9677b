/** Warping of pictures by a flow field. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Warps `x` `[batch, height, width, channels]`: each pixel is read at the offset in `flow` `[batch, height, width, 2]`, in pixels down and to
 * the right, with bilinear interpolation. Places outside the picture are read at its border (Jaderberg et al., "Spatial Transformer Networks",
 * NIPS 2015; Zhou et al., "View Synthesis by Appearance Flow", ECCV 2016).
 *
 * Only the flow gets a gradient, because `x` is the input of a network.
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

/** The four pixels around each place that is read, `[pixels, channels]`, and the position of the place between them, 0 to 1. */
function read(x: tf.Tensor4D, flow: tf.Tensor4D) {
  const [batch, height, width, channels] = x.shape;
  const [shiftDown, shiftRight] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const row = tf.add(shiftDown, tf.reshape(tf.range(0, height), [1, height, 1, 1]));
  const column = tf.add(shiftRight, tf.reshape(tf.range(0, width), [1, 1, width, 1]));
  const [toRow, toColumn] = [tf.clipByValue(row, 0, height - 1), tf.clipByValue(column, 0, width - 1)];
  const [top, left] = [tf.minimum(tf.floor(toRow), height - 2), tf.minimum(tf.floor(toColumn), width - 2)];
  // The indices are integers and are clipped once more, so that a flow of NaN does not read outside the picture.
  const first = tf.mul(tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1, 1, 1]), whole(height * width));
  const [rowAt, columnAt] = [clippedIndex(top, height - 2), clippedIndex(left, width - 2)];
  const at = tf.reshape(tf.add(first, tf.add(tf.mul(rowAt, whole(width)), columnAt)), [-1]) as tf.Tensor1D;
  const pixels = tf.reshape<tf.Rank.R2>(x, [-1, channels]);
  const corner = (offset: number) => tf.gather(pixels, offset === 0 ? at : tf.add<tf.Tensor1D>(at, whole(offset)));
  const list = (values: tf.Tensor) => tf.reshape<tf.Rank.R2>(values, [-1, 1]);
  const inside = [tf.equal(row, toRow), tf.equal(column, toColumn)].map((same) => list(tf.cast(same, 'float32')));
  return {
    corners: [corner(0), corner(1), corner(width), corner(width + 1)] as const,
    down: list(tf.sub(toRow, top)),
    right: list(tf.sub(toColumn, left)),
    /** 1 where the place is inside the picture, otherwise 0; for rows and for columns. */
    within: tf.concat(inside, 1),
  };
}

function whole(value: number): tf.Scalar {
  return tf.scalar(value, 'int32');
}

/** Converts to an integer and clips it to 0 … `most`. */
function clippedIndex(x: tf.Tensor, most: number): tf.Tensor {
  return tf.minimum(tf.maximum(tf.cast(x, 'int32'), whole(0)), whole(most));
}

function mixed(a: tf.Tensor, b: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return tf.add(a, tf.mul(tf.sub(b, a), share));
}
