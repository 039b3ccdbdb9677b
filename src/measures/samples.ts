/** Cuts what the classifier sees out of pictures: whole ones or patches, standardised, turned over at random in training. */
import { evenIndices } from '../evenly.js';
import type { Random } from '../random.js';
import { meanOf } from './interval.js';
import { type Pictures, pictureAt } from './pictures.js';

/** Places in a picture, in pixels of its upper left corner. */
export type Place = readonly [x: number, y: number];

/** How the bytes of each channel become numbers: (byte − mean) / deviation. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Mean and deviation of every channel over some pictures of both kinds, the kinds weighing the same. */
export function standardOf(sets: readonly { pictures: Pictures; indices: readonly number[] }[]): Standard {
  const moments = [0, 1, 2].map((channel) => {
    const each = sets.map(({ pictures, indices }) => {
      let sum = 0;
      let squares = 0;
      let count = 0;
      for (const index of indices) {
        const picture = pictureAt(pictures, index);
        for (let i = channel; i < picture.length; i += 3) {
          const value = picture[i] as number;
          sum += value;
          squares += value * value;
          count++;
        }
      }
      return { mean: sum / count, square: squares / count };
    });
    const mean = meanOf(each.map((moment) => moment.mean));
    const square = meanOf(each.map((moment) => moment.square));
    // Constant pictures have no deviation to divide by.
    return { mean, deviation: Math.max(1, Math.sqrt(Math.max(0, square - mean * mean))) };
  });
  return { mean: moments.map(({ mean }) => mean), deviation: moments.map(({ deviation }) => deviation) };
}

/** A window on pictures: what one judgement of the classifier looks at. */
export interface Window {
  readonly width: number;
  readonly height: number;
}

/** Even places for windows that lie side by side, as many as fit; they leave out nothing at the borders. */
export function evenPlaces(pictures: Pictures, window: Window): readonly Place[] {
  const along = (length: number, side: number) => evenIndices(length - side + 1, Math.floor(length / side), 'ends');
  const xs = along(pictures.width, window.width);
  return along(pictures.height, window.height).flatMap((y) => xs.map((x): Place => [x, y]));
}

/** A place for the window anywhere in the picture. */
export function anyPlace({ width, height }: Pictures, window: Window, random: Random): Place {
  return [random.integer(width - window.width + 1), random.integer(height - window.height + 1)];
}

/** Writes the window at that place of a picture to `target` at `offset`, turned over left to right where asked. */
export function cutWindow(
  picture: Uint8Array,
  pictureWidth: number,
  window: Window,
  [left, top]: Place,
  { mean, deviation }: Standard,
  turned: boolean,
  target: Float32Array,
  offset: number,
): void {
  let place = offset;
  for (let y = 0; y < window.height; y++) {
    const row = (top + y) * pictureWidth + left;
    for (let x = 0; x < window.width; x++) {
      const from = 3 * (row + (turned ? window.width - 1 - x : x));
      for (let channel = 0; channel < 3; channel++) {
        const value = picture[from + channel] as number;
        target[place++] = (value - (mean[channel] as number)) / (deviation[channel] as number);
      }
    }
  }
}
