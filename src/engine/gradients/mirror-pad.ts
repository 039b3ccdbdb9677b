/**
 * Gradient of mirror padding: the gradient of a padded border is added to the pixels that were copied there.
 * (tf.js's own gradient ignores the border.)
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** The kernel of the gradient, which a backend may register. Input `dy`, attributes {@link MirrorPadGradientAttributes}. */
export const mirrorPadGradientKernel = 'MirrorPadGradient';

export interface MirrorPadGradientAttributes {
  /** Shape of the input of the padding. */
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
    const mirroredAt = (border: Tensor, at: number) => {
      const after = extent - at - border.shape[axis];
      return tf.pad(
        tf.reverse(border, axis),
        border.shape.map((_, i): [number, number] => (i === axis ? [at, after] : [0, 0])),
      );
    };
    let folded = part(before, extent);
    if (before > 0) folded = tf.add(folded, mirroredAt(part(0, before), skip));
    if (after > 0) folded = tf.add(folded, mirroredAt(part(before + extent, after), extent - skip - after));
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
    const backendKernel: object | undefined = tf.getKernel(mirrorPadGradientKernel, tf.getBackend());
    return {
      x: () =>
        backendKernel
          ? tf.engine().runKernel(mirrorPadGradientKernel, { dy: dy as Tensor }, options as unknown as NamedAttrMap)
          : composed(dy as Tensor, options),
    };
  },
};

/** The gradient of {@link mirrorPadGradientKernel} is the padding itself. */
export const mirrorPadSecondGradient: GradConfig = {
  kernelName: mirrorPadGradientKernel,
  gradFunc: (ddx, _, attributes) => {
    const { paddings, skip } = attributes as unknown as MirrorPadGradientAttributes;
    const mode = skip === 1 ? 'reflect' : 'symmetric';
    return { dy: () => tf.mirrorPad(ddx as Tensor, paddings as [number, number][], mode) };
  },
};
