/** How one crop becomes a pair: what a network is given, and what it is to make of it. */
import { IrisflowError } from '../../errors.js';
import type { Frame } from '../../frame.js';
import type { Picture } from '../../geometry/warp.js';
import { blur } from './blur.js';
import { edges } from './edges.js';
import { faceMap } from './face-map.js';
import { gazeMap } from './gaze-map.js';
import { grey } from './grey.js';
import { mask } from './mask.js';

/** An input and its target: RGB bytes of the same size. */
export interface Pair {
  /** The input: RGB bytes, row by row. */
  readonly data: Uint8Array;
  /** The target: RGB bytes of the same size. */
  readonly target: Uint8Array;
}

/** A way to make pairs. */
export interface PairKind {
  /** One line: from what to what. */
  readonly description: string;
  /** The pair of a frame or crop; `undefined` where it has not what that takes, such as a label. Writes into no picture that it is given. */
  make(crop: Frame): Pair | undefined;
}

/** The crop itself is the target, and the input is made of it. */
function inputFrom(derive: (picture: Picture) => Uint8Array, description: string): PairKind {
  return { description, make: (crop) => ({ data: derive(crop), target: crop.data }) };
}

/** The crop itself is the input, and the target is made of what is known of it. */
function targetFrom(derive: (crop: Frame) => Uint8Array | undefined, description: string): PairKind {
  return {
    description,
    make(crop) {
      const target = derive(crop);
      return target && { data: crop.data, target };
    },
  };
}

/** All kinds by name. */
export const PAIRS = {
  /** From the outlines of the picture. */
  edges: inputFrom(edges, 'white lines on black, where brightness changes most, to the picture'),
  /** From the picture without its colours. */
  grey: inputFrom(grey, 'the picture without its colours to the picture'),
  /** From the picture out of focus. */
  blur: inputFrom(blur, 'the picture out of focus to the picture'),
  /** From the picture with a hole in its middle. */
  mask: inputFrom(mask, 'the picture with a grey hole in its middle to the picture'),
  /** To a map of where the eye looks. Needs the labels `gaze` and `pupils`. */
  'gaze-map': targetFrom(gazeMap, 'an eye whose gaze and pupil are known to a spot of light where it looks'),
  /** To a map of the faces. Needs the label `faces`. */
  'face-box': targetFrom(faceMap, 'a picture whose faces are known to white ellipses where they are'),
  /** To the `target` that the frame comes with. */
  given: targetFrom(
    ({ target }) => target,
    'a picture to the target that it comes with, such as a turned eye to its front',
  ),
} as const satisfies Readonly<Record<string, PairKind>>;

/** What {@link PAIRS} are called. */
export type PairName = keyof typeof PAIRS;

/** The kind of that name. @throws IrisflowError `USAGE` with the names there are */
export function pairKind(name: string): PairKind {
  if (Object.hasOwn(PAIRS, name)) return PAIRS[name as PairName];
  const names = Object.keys(PAIRS).join(', ');
  throw new IrisflowError('USAGE', `there are no pairs ${JSON.stringify(name)}; pairs: ${names}`);
}

/** A frame or crop with its target. */
export type Paired<T extends Frame> = T & Required<Pick<Frame, 'target'>>;

/** The frame or crop with an input for its `data` and a `target`; `undefined` where no pair can be made of it. */
export function pairOf<T extends Frame>(kind: PairKind, crop: T): Paired<T> | undefined {
  const pair = kind.make(crop);
  return pair && { ...crop, ...pair };
}
