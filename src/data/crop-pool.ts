/** A bounded pool of crops, so that training does not wait for the next frame of a camera. */
import { type Observable, Subject } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';

/** Options of {@link CropPool}. */
export interface CropPoolOptions {
  /** Seeds the choice of the crop that a new one replaces. Default 0. */
  readonly seed?: number;
}

/**
 * A bounded pool of crops of one size. Every new crop is added; when the pool is full, it replaces one that is chosen uniformly at
 * random. The content of the pool is a pure function of its seed and of the crops that were added.
 *
 * It keeps references to the crops, not copies of their bytes.
 */
export class CropPool {
  /** Largest number of crops that it holds. */
  readonly capacity: number;
  readonly #seed: number;
  readonly #crops: Frame[] = [];
  readonly #changed = new Subject<void>();
  #added = 0;

  /**
   * @param capacity largest number of crops that it holds; the default is 12 MB of 64 × 64 crops
   * @throws IrisflowError `USAGE` for an option out of its range
   */
  constructor(capacity = 1024, options: CropPoolOptions = {}) {
    this.capacity = integerOption('capacity', capacity, 1);
    this.#seed = integerOption('seed', options.seed ?? 0, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  /** Number of crops that it holds. */
  get size(): number {
    return this.#crops.length;
  }

  /** Number of crops that were added, including those that have been replaced since. */
  get added(): number {
    return this.#added;
  }

  /** The crops that it holds. The next {@link add} changes this array. */
  get crops(): readonly Frame[] {
    return this.#crops;
  }

  /** Emits after each added crop. */
  get changed(): Observable<void> {
    return this.#changed.asObservable();
  }

  /** @throws IrisflowError `INPUT` for a crop of another size than those in the pool, which is then not changed */
  add(crop: Frame): void {
    const first = this.#crops[0];
    if (first && (first.width !== crop.width || first.height !== crop.height)) {
      throw new IrisflowError(
        'INPUT',
        `a crop of ${crop.width}×${crop.height} cannot go into a pool of ${first.width}×${first.height} crops: crop both streams to one size`,
      );
    }
    if (this.#crops.length < this.capacity) this.#crops.push(crop);
    else this.#crops[randomAt(this.#seed, 'pool', this.#added).integer(this.capacity)] = crop;
    this.#added++;
    this.#changed.next();
  }
}
