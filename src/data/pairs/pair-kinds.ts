/** How a training pair is made from one crop: the network's input, and the target output. */
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
  /** One line that says what the input and the target show. */
  readonly description: string;
  /** The pair of a frame or crop; `undefined` where it lacks a label that is needed. The given picture is not modified. */
  make(crop: Frame): Pair | undefined;
}

/** A kind whose target is the crop, and whose input is derived from it. */
function inputFrom(derive: (picture: Picture) => Uint8Array, description: string): PairKind {
  return { description, make: (crop) => ({ data: derive(crop), target: crop.data }) };
}

/** A kind whose input is the crop, and whose target is derived from its labels. */
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
  /** The input is a line drawing of the picture. */
  edges: inputFrom(edges, 'white lines on black, where brightness changes most, to the picture'),
  /** The input is the picture without colours. */
  grey: inputFrom(grey, 'the picture without its colours to the picture'),
  /** The input is the blurred picture. */
  blur: inputFrom(blur, 'the blurred picture to the picture'),
  /** The input is the picture with a hole in its middle. */
  mask: inputFrom(mask, 'the picture with a grey hole in its middle to the picture'),
  /** The target is a map of the point that the eye looks at. Needs the labels `gaze` and `pupils`. */
  'gaze-map': targetFrom(
    gazeMap,
    'an eye with the labels gaze and pupils to a white spot at the point that it looks at',
  ),
  /** The target is a map of the faces. Needs the label `faces`. */
  'face-box': targetFrom(faceMap, 'a picture with detected faces to white ellipses at the faces'),
  /** The target is the `target` that the frame already has. */
  given: targetFrom(
    ({ target }) => target,
    'a picture to the target of its source, such as a turned eye to its front view',
  ),
} as const satisfies Readonly<Record<string, PairKind>>;

/** A name of {@link PAIRS}. */
export type PairName = keyof typeof PAIRS;

/** Returns the kind of that name. @throws IrisflowError `USAGE` with all names for an unknown one */
export function pairKind(name: string): PairKind {
  if (Object.hasOwn(PAIRS, name)) return PAIRS[name as PairName];
  const names = Object.keys(PAIRS).join(', ');
  throw new IrisflowError('USAGE', `there is no kind of pairs ${JSON.stringify(name)}: give one of ${names}`);
}

/** A frame or crop with its target. */
export type Paired<T extends Frame> = T & Required<Pick<Frame, 'target'>>;

/** Returns the frame or crop with the pair's input as `data` and with its `target`; `undefined` where it has no such pair. */
export function pairOf<T extends Frame>(kind: PairKind, crop: T): Paired<T> | undefined {
  const pair = kind.make(crop);
  return pair && { ...crop, ...pair };
}
