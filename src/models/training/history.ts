/** The history of refined pictures that a discriminator is shown again. */
import { IrisflowError } from '../../errors.js';
import type { Random } from '../../random.js';

/** What the buffer holds, for a checkpoint. */
export interface HistoryContents {
  /** Whole pictures one after the other, `pictureBytes` each; slot order. */
  readonly pictures: Uint8Array;
  readonly count: number;
}

/**
 * A buffer of refined pictures as bytes (section 2.3 of the paper): half of each refined batch of the discriminator comes from
 * here, so that it does not forget artefacts that the refiner made earlier. Memory: `capacity · pictureBytes`, allocated once.
 */
export class History {
  readonly #bytes: Uint8Array;
  #count = 0;

  /**
   * @param capacity pictures that it holds at most
   * @param pictureBytes bytes a picture
   */
  constructor(
    readonly capacity: number,
    readonly pictureBytes: number,
  ) {
    this.#bytes = new Uint8Array(capacity * pictureBytes);
  }

  /** Pictures held. */
  get count(): number {
    return this.#count;
  }

  /**
   * Copies up to `limit` distinct pictures, chosen at random, to the front of `target`; all are equally likely.
   * @returns how many: fewer than `limit` while the buffer holds fewer
   */
  draw(limit: number, random: Random, target: Uint8Array): number {
    const slots = random.sample(Math.min(limit, this.#count), this.#count);
    for (const [i, slot] of slots.entries()) target.set(this.#slot(slot), i * this.pictureBytes);
    return slots.length;
  }

  /**
   * Takes whole pictures in: they fill free slots first; the others replace distinct pictures chosen at random among those
   * that were there before.
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

  /** A copy of what it holds. */
  contents(): HistoryContents {
    return { pictures: this.#bytes.slice(0, this.#count * this.pictureBytes), count: this.#count };
  }

  /** Replaces everything by contents saved before. Throws `CHECKPOINT` where they do not fit. */
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
