/** The history of refined pictures from which a discriminator learns again. */
import { IrisflowError } from '../../errors.js';
import type { Random } from '../../random.js';

/** The contents of a history, for a checkpoint. */
export interface HistoryContents {
  /** The pictures one after the other in the order of their slots, `pictureBytes` each. */
  readonly pictures: Uint8Array;
  /** The number of pictures. */
  readonly count: number;
}

/**
 * A buffer of refined pictures as bytes (SimGAN paper, section 2.3). Half of the refined pictures in each batch of the discriminator come
 * from it, so that the discriminator does not forget earlier artefacts of the refiner. Memory: `capacity · pictureBytes`, allocated once.
 */
export class History {
  readonly #bytes: Uint8Array;
  #count = 0;

  /**
   * @param capacity the largest number of pictures
   * @param pictureBytes the number of bytes of a picture
   */
  constructor(
    readonly capacity: number,
    readonly pictureBytes: number,
  ) {
    this.#bytes = new Uint8Array(capacity * pictureBytes);
  }

  /** The number of pictures that it holds. */
  get count(): number {
    return this.#count;
  }

  /**
   * Copies up to `limit` distinct pictures, chosen at random with equal probability, to the start of `target`.
   * @returns the number of pictures, which is less than `limit` while the buffer holds fewer
   */
  draw(limit: number, random: Random, target: Uint8Array): number {
    const slots = random.sample(Math.min(limit, this.#count), this.#count);
    for (const [i, slot] of slots.entries()) target.set(this.#slot(slot), i * this.pictureBytes);
    return slots.length;
  }

  /**
   * Adds pictures. They fill free slots first; the others replace distinct pictures that are chosen at random among the earlier ones. Throws
   * `RangeError` where the bytes are no whole number of pictures.
   */
  put(pictures: Uint8Array, random: Random): void {
    const size = this.pictureBytes;
    const number = pictures.length / size;
    if (!Number.isInteger(number))
      throw new RangeError(`${pictures.length} bytes are no whole pictures of ${size} bytes`);
    const before = this.#count;
    const free = Math.min(number, this.capacity - before);
    const replaced = random.sample(Math.min(number - free, before), before);
    const added = Array.from({ length: free }, (_, i) => before + i);
    for (const [i, slot] of [...added, ...replaced].entries()) {
      this.#slot(slot).set(pictures.subarray(i * size, (i + 1) * size));
    }
    this.#count = before + free;
  }

  /** A copy of its contents. */
  contents(): HistoryContents {
    return { pictures: this.#bytes.slice(0, this.#count * this.pictureBytes), count: this.#count };
  }

  /** Replaces its contents by saved ones. Throws `CHECKPOINT` where they do not fit. */
  restore({ pictures, count }: HistoryContents): void {
    if (
      !Number.isInteger(count) ||
      count < 0 ||
      count > this.capacity ||
      pictures.length !== count * this.pictureBytes
    ) {
      throw new IrisflowError(
        'CHECKPOINT',
        `the checkpoint's history (${count} pictures, ${pictures.length} bytes) does not fit a buffer of ${this.capacity} pictures of ${this.pictureBytes} bytes`,
      );
    }
    this.#bytes.set(pictures);
    this.#count = count;
  }

  #slot(slot: number): Uint8Array {
    return this.#bytes.subarray(slot * this.pictureBytes, (slot + 1) * this.pictureBytes);
  }
}
