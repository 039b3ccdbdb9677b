/** What a network is given of a crop, as the pairs that it learnt from were made. */

import { pairKind, pairOf } from '../data/pairs/index.js';
import type { Crop } from '../frame.js';
import { FOLDERS } from './run-inputs.js';

/** Makes a pair of a crop; `undefined` where it lacks what that takes, such as a label. */
export function pairing(pairs: string): (crop: Crop) => Crop | undefined {
  if (pairs === FOLDERS) return (crop) => (crop.target ? crop : undefined);
  const kind = pairKind(pairs);
  return (crop) => pairOf(kind, crop);
}

/** What a generator is given of a crop: the input of a pair where one can be made, else the crop. */
export function asTrained(pairs: string | undefined): (crop: Crop) => Crop {
  const pair = pairs === undefined ? undefined : pairing(pairs);
  return (crop) => pair?.(crop) ?? crop;
}
