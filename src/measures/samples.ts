/** Cuts what the classifier sees out of pictures: whole ones or patches, standardised, turned over at random in training. */
import { evenIndices } from '../evenly.js';
import type { Random } from '../random.js';
import { meanOf } from './interval.js';
import { type Pictures, pictureAt } from './pictures.js';

/** The upper left corner of a window in a picture, in pixels. */
export type Place = readonly [x: number, y: number];

/** Mean and deviation by which each channel is standardised: (byte − mean) / deviation. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Mean and deviation of every channel over the pictures of these indices, with equal weight for each set. */
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

/** Size of the part of a picture that the classifier takes. */
export interface Window {
  readonly width: number;
  readonly height: number;
}

/** Evenly spaced places of as many windows as fit side by side; the outer ones touch the borders. */
export function evenPlaces(pictures: Pictures, window: Window): readonly Place[] {
  const along = (length: number, side: number) => evenIndices(length - side + 1, Math.floor(length / side), 'ends');
  const xs = along(pictures.width, window.width);
  return along(pictures.height, window.height).flatMap((y) => xs.map((x): Place => [x, y]));
}

/** A random place of the window in the picture. */
export function anyPlace({ width, height }: Pictures, window: Window, random: Random): Place {
  return [random.integer(width - window.width + 1), random.integer(height - window.height + 1)];
}

/** Writes the standardised window at a place of a picture to `target` at `offset`, mirrored left to right if `mirrored`. */
export function cutWindow(
  picture: Uint8Array,
  pictureWidth: number,
  window: Window,
  [left, top]: Place,
  { mean, deviation }: Standard,
  mirrored: boolean,
  target: Float32Array,
  offset: number,
): void {
  let place = offset;
  for (let y = 0; y < window.height; y++) {
    const row = (top + y) * pictureWidth + left;
    for (let x = 0; x < window.width; x++) {
      const from = 3 * (row + (mirrored ? window.width - 1 - x : x));
      for (let channel = 0; channel < 3; channel++) {
        const value = picture[from + channel] as number;
        target[place++] = (value - (mean[channel] as number)) / (deviation[channel] as number);
      }
    }
  }
}
