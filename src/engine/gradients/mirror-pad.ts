/**
 * Gradient of mirror padding. It repeats values, so what flows into a border flows back to where it was copied from.
 * (tf.js's own gradient leaves the border out.)
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** A kernel that a backend may register to do this in its own way: inputs `dy`, attributes {@link MirrorPadGradientAttributes}. */
export const mirrorPadGradientKernel = 'MirrorPadGradient';

export interface MirrorPadGradientAttributes {
  /** Shape of what was padded. */
  readonly shape: readonly number[];
  readonly paddings: readonly (readonly [before: number, after: number])[];
  /** How far from the edge mirroring starts: 1 for `reflect`, which does not repeat the edge, 0 for `symmetric`. */
  readonly skip: 0 | 1;
}

function composed(dy: Tensor, { shape, paddings, skip }: MirrorPadGradientAttributes): Tensor {
  let gradient = dy;
  paddings.forEach(([before, after], axis) => {
    const extent = shape[axis];
    const part = (from: number, length: number) => {
      const begin = gradient.shape.map((_, i) => (i === axis ? from : 0));
      const size = gradient.shape.map((full, i) => (i === axis ? length : full));
      return tf.slice(gradient, begin, size);
    };
    const placed = (border: Tensor, at: number) => {
      const room = extent - at - border.shape[axis];
      return tf.pad(
        tf.reverse(border, axis),
        border.shape.map((_, i): [number, number] => (i === axis ? [at, room] : [0, 0])),
      );
    };
    let folded = part(before, extent);
    if (before > 0) folded = tf.add(folded, placed(part(0, before), skip));
    if (after > 0) folded = tf.add(folded, placed(part(before + extent, after), extent - skip - after));
    gradient = folded;
  });
  return gradient;
}

export const mirrorPadGradient: GradConfig = {
  kernelName: 'MirrorPad',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { paddings, mode } = attributes as unknown as tf.MirrorPadAttrs;
    const options: MirrorPadGradientAttributes = { shape: x.shape, paddings, skip: mode === 'reflect' ? 1 : 0 };
    const own: object | undefined = tf.getKernel(mirrorPadGradientKernel, tf.getBackend());
    return {
      x: () =>
        own
          ? tf.engine().runKernel(mirrorPadGradientKernel, { dy: dy as Tensor }, options as unknown as NamedAttrMap)
          : composed(dy as Tensor, options),
    };
  },
};

/** Of the kernel that a backend may have for it: padding once more. */
export const mirrorPadSecondGradient: GradConfig = {
  kernelName: mirrorPadGradientKernel,
  gradFunc: (ddx, _, attributes) => {
    const { paddings, skip } = attributes as unknown as MirrorPadGradientAttributes;
    const mode = skip === 1 ? 'reflect' : 'symmetric';
    return { dy: () => tf.mirrorPad(ddx as Tensor, paddings as [number, number][], mode) };
  },
};
