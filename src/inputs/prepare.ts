/** Converts crops to the inputs of a network that was trained on pairs. */

import { pairKind, pairOf } from '../data/pairs/index.js';
import type { Crop } from '../frame.js';
import { FOLDERS } from './run-inputs.js';

/** A function that makes a pair from a crop; it returns `undefined` where the crop lacks a label or target that is needed. */
export function pairing(pairs: string): (crop: Crop) => Crop | undefined {
  if (pairs === FOLDERS) return (crop) => (crop.target ? crop : undefined);
  const kind = pairKind(pairs);
  return (crop) => pairOf(kind, crop);
}

/** A function from a crop to the generator's input: the input of a pair where one can be made, else the crop. */
export function asTrained(pairs: string | undefined): (crop: Crop) => Crop {
  const pair = pairs === undefined ? undefined : pairing(pairs);
  return (crop) => pair?.(crop) ?? crop;
}
