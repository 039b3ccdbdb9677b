/** Sets of pictures of one size in one array, the input of all measures. */
import { IrisflowError } from '../errors.js';

/** RGB pictures of one size in the order of recording, because measures treat neighbouring pictures as dependent. */
export interface Pictures {
  /** `count · height · width · 3` bytes. */
  readonly data: Uint8Array;
  /** How many pictures there are. */
  readonly count: number;
  /** Columns of each, in pixels. */
  readonly width: number;
  /** Rows of each, in pixels. */
  readonly height: number;
}

/** Bytes of one picture. */
export function pictureBytes({ width, height }: Pick<Pictures, 'width' | 'height'>): number {
  return width * height * 3;
}

/** A view of the bytes of picture `index`. */
export function pictureAt(pictures: Pictures, index: number): Uint8Array {
  const bytes = pictureBytes(pictures);
  return pictures.data.subarray(index * bytes, (index + 1) * bytes);
}

/** A copy of the pictures of these indices, in this order. */
export function picked(pictures: Pictures, indices: readonly number[]): Pictures {
  const bytes = pictureBytes(pictures);
  const data = new Uint8Array(indices.length * bytes);
  for (const [place, index] of indices.entries()) data.set(pictureAt(pictures, index), place * bytes);
  return { ...pictures, data, count: indices.length };
}

/** Throws `USAGE` where the number of bytes does not match the size, or the sets have different sizes. */
export function checkPictures(...sets: readonly Pictures[]): void {
  for (const { data, count, width, height } of sets) {
    if (data.length !== count * width * height * 3) {
      throw new IrisflowError('USAGE', `${data.length} bytes are not ${count} pictures of ${width}×${height}×3 bytes`);
    }
    const [first] = sets as [Pictures];
    if (width !== first.width || height !== first.height) {
      throw new IrisflowError(
        'USAGE',
        `pictures of ${first.width}×${first.height} and of ${width}×${height} cannot be compared: give both in one size`,
      );
    }
  }
}
