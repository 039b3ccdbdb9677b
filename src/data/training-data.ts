/** Training data: the crops of the inputs, seven parts in eight to learn from and one held out to measure on. */
import { type Observable, Subject } from 'rxjs';
import type { Flow, Frame } from '../frame.js';
import type { DrawnPictures, InputKind, Requirements, TrainingBatch, TrainingDataKind } from '../models/types.js';
import type { Augmentation } from './augmentation.js';
import { CropPool } from './crop-pool.js';
import { drawBatch } from './draw-batch.js';
import { drawLabelled } from './draw-labelled.js';
import { drawPairs } from './draw-pairs.js';

/** One part in eight of what comes is held out. */
const PARTS = 8;
/** Of a stream, two seconds of every sixteen: neighbouring frames are nearly the same, and must not stand on both sides. */
const BLOCK_MS = 2000;
/** Not the first six seconds: what training begins with is gathered in them, and it would wait for this part to pass. */
const HELD_OUT_PART = 3;
/** Of a list, this many stretches. */
const STRETCHES = 4;

/** Options of {@link TrainingData}. */
export interface TrainingDataOptions {
  /** Crops of each input that are kept to learn from. Default 512. */
  readonly capacity?: number;
  /** Seeds which crop makes room for which, and which crops a batch has. Default 0. */
  readonly seed?: number;
  /**
   * What a batch is made of (see `Recipe.learnsFrom`). `unpaired` draws from both inputs; all others draw from the real input alone, of
   * `pairs` each crop has a `target`. Default `unpaired`.
   */
  readonly kind?: TrainingDataKind;
  /** The class names of labelled crops, in the order of their indices. */
  readonly classes?: readonly string[];
}

/** How the pictures of a batch are varied. */
export interface BatchAugmentation extends Augmentation {
  /** Seeds the variation. Default: the seed of the data. */
  readonly seed?: number;
}

/**
 * A batch that is still to be drawn. Who learns from it says for which step it is and how many pictures that step takes, so pictures are
 * drawn once and when they are needed.
 */
export interface BatchDraw {
  /** `augmentation` absent: the pictures as they are. */
  draw(step: number, requires: Requirements, augmentation?: BatchAugmentation): Promise<TrainingBatch>;
  /** The hold on the source of the draws. */
  readonly flow: Flow;
}

/** The crops of one input: those to learn from, and those held out. */
export class Split {
  /** Crops that batches are drawn from. */
  readonly learn: CropPool;
  /** Crops that are never learnt from, to measure on. At most an eighth of the capacity. */
  readonly heldOut: CropPool;
  private first: number | undefined;
  private readonly last = new Map<string, Uint8Array>();

  /** `onAdded` is called after each crop that {@link add} took in. */
  constructor(
    capacity: number,
    seed: number,
    private readonly onAdded: () => void,
  ) {
    this.learn = new CropPool(capacity, { seed });
    this.heldOut = new CropPool(Math.max(1, Math.floor(capacity / PARTS)), { seed });
  }

  /**
   * Takes in a crop of a stream, unless it is equal to the last one of its kind: a picture that stands still teaches nothing and would
   * push others out. Two seconds of every sixteen are held out, by the times of the crops. Returns whether the crop was taken in.
   */
  add(crop: Frame & { readonly kind?: string }): boolean {
    const { kind = 'whole' } = crop;
    const before = this.last.get(kind);
    if (before && Buffer.compare(before, crop.data) === 0) return false;
    this.last.set(kind, crop.data);
    this.first ??= crop.time;
    const part = Math.floor((crop.time - this.first) / BLOCK_MS) % PARTS;
    (part === HELD_OUT_PART ? this.heldOut : this.learn).add(crop);
    this.onAdded();
    return true;
  }

  /**
   * Takes in all crops of a file or folder, in order. Four stretches of them are held out, one crop in eight. With fewer than two dozen
   * crops all are learnt from and nothing can be measured.
   */
  addAll(crops: readonly Frame[]): void {
    const stretch = crops.length / STRETCHES;
    const length = Math.floor(stretch / PARTS + 0.25);
    for (const [i, crop] of crops.entries()) {
      const within = i - Math.floor(Math.floor(i / stretch) * stretch);
      const start = Math.floor((stretch - length) / 2);
      (within >= start && within < start + length ? this.heldOut : this.learn).add(crop);
    }
  }
}

/**
 * What a training draws its batches from. What it holds is a pure function of the crops that came and of its seed, and a batch is a pure
 * function of what it holds, the seed and the step, so a training that resumes draws what an undisturbed one would have drawn.
 */
export class TrainingData {
  /** The crops of the real input. */
  readonly real: Split;
  readonly #capacity: number;
  readonly #seed: number;
  readonly #kind: TrainingDataKind;
  readonly #classes: readonly string[];
  readonly #changed = new Subject<InputKind>();
  #synthetic: Split;

  /** @throws IrisflowError `USAGE` for an option out of its range */
  constructor({ capacity = 512, seed = 0, kind = 'unpaired', classes = [] }: TrainingDataOptions = {}) {
    this.#capacity = capacity;
    this.#seed = seed;
    this.#kind = kind;
    this.#classes = classes;
    this.#synthetic = this.#split('synthetic');
    this.real = this.#split('real');
  }

  /** The crops of the synthetic input; empty in kinds that learn from the real input alone. */
  get synthetic(): Split {
    return this.#synthetic;
  }

  /** Emits the name of an input after each crop that its `add` took in. */
  get changed(): Observable<InputKind> {
    return this.#changed.asObservable();
  }

  /** Forgets the synthetic crops, for others that are cut another way. */
  forgetSynthetic(): void {
    this.#synthetic = this.#split('synthetic');
  }

  /** Whether every input that a batch is drawn from holds so many crops to learn from. */
  holds(count: number): boolean {
    return this.#inputs.every((name) => this[name].learn.size >= count);
  }

  /**
   * The batch for a step. `requires.heldOut` pictures of each input come with it where some are held out; those are never varied.
   *
   * @throws IrisflowError `INPUT` where an input holds no crop, or crops lack what the kind needs
   */
  async draw(
    step: number,
    { heldOut = 0, ...requires }: Requirements,
    augmentation?: BatchAugmentation,
  ): Promise<TrainingBatch> {
    const batch = await this.#drawn('learn', requires, step, augmentation);
    if (heldOut === 0 || this.#inputs.some((name) => this[name].heldOut.size === 0)) return batch;
    const measured = {
      synthetic: requires.synthetic > 0 ? heldOut : 0,
      real: requires.real > 0 ? heldOut : 0,
    };
    return { ...batch, heldOut: await this.#drawn('heldOut', measured, step) };
  }

  #split(name: InputKind): Split {
    return new Split(this.#capacity, this.#seed, () => this.#changed.next(name));
  }

  get #inputs(): readonly InputKind[] {
    return this.#kind === 'unpaired' ? ['synthetic', 'real'] : ['real'];
  }

  #drawn(
    part: 'learn' | 'heldOut',
    requires: Omit<Requirements, 'heldOut'>,
    step: number,
    augmentation?: BatchAugmentation,
  ): Promise<DrawnPictures> {
    const options = { seed: this.#seed, step, ...asDrawn(augmentation, this.#seed) };
    const real = this.real[part];
    switch (this.#kind) {
      case 'unpaired':
      case 'pictures':
        return drawBatch(this.synthetic[part], real, requires, options);
      case 'pairs':
        return drawPairs(real, requires.real, options);
      case 'labelled':
        return drawLabelled(real, requires.real, this.#classes, options);
    }
  }
}

/** An augmentation as the draws take it: absent none, without amounts the draw's own. */
function asDrawn(augmentation: BatchAugmentation | undefined, ofData: number) {
  if (augmentation === undefined) return { augment: false } as const;
  const { seed = ofData, ...amounts } = augmentation;
  return { augmentSeed: seed, ...(Object.keys(amounts).length > 0 && { augment: amounts }) };
}
