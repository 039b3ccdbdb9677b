/** Keeps a bounded, well-mixed store of crops, so that training never waits for a camera. */
import { type Observable, Subject } from 'rxjs';
import { IrisflowError } from '../errors.js';
import { integerOption } from '../flow/options.js';
import type { Frame } from '../frame.js';
import { randomAt } from '../random.js';

/** Options of {@link CropPool}. */
export interface CropPoolOptions {
  /** Decides which crop makes room for which. Default 0. */
  readonly seed?: number;
}

/**
 * A bounded set of crops of one size. Every crop that comes goes in; when it is full, one chosen at random, all equally
 * likely, makes room. What it holds is a pure function of its seed and of the crops that came.
 *
 * It keeps the crops themselves, not copies of their bytes.
 */
export class CropPool {
  /** How many crops it holds at most. */
  readonly capacity: number;
  readonly #seed: number;
  readonly #crops: Frame[] = [];
  readonly #changed = new Subject<void>();
  #added = 0;

  /**
   * @param capacity how many crops it keeps; the default is 12 MB of 64 × 64 crops
   * @throws IrisflowError `USAGE` for an option out of its range
   */
  constructor(capacity = 1024, options: CropPoolOptions = {}) {
    this.capacity = integerOption('capacity', capacity, 1);
    this.#seed = integerOption('seed', options.seed ?? 0, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  /** How many crops it holds. */
  get size(): number {
    return this.#crops.length;
  }

  /** How many crops have come, those that made room since included. */
  get added(): number {
    return this.#added;
  }

  /** What it holds now. The next {@link add} changes it. */
  get crops(): readonly Frame[] {
    return this.#crops;
  }

  /** Emits after each crop that went in. */
  get changed(): Observable<void> {
    return this.#changed.asObservable();
  }

  /** @throws IrisflowError `INPUT` for a crop of another size than those it holds; it then stays as it was */
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
