/** Training data: the crops of the inputs, with one crop in eight held out of training for measurements. */
import { type Observable, Subject } from 'rxjs';
import type { Flow, Frame } from '../frame.js';
import type { DrawnPictures, InputKind, Requirements, TrainingBatch, TrainingDataKind } from '../models/types.js';
import type { Augmentation } from './augmentation.js';
import { CropPool } from './crop-pool.js';
import { drawBatch } from './draw-batch.js';
import { drawLabelled } from './draw-labelled.js';
import { drawPairs } from './draw-pairs.js';

/** One crop in this many is held out. */
const PARTS = 8;
/** Crops of a stream are split in blocks of this length, because neighbouring frames are nearly equal and must not be in both splits. */
const BLOCK_MS = 2000;
/** Index of the held-out block. It is not the first one, because training would then start later. */
const HELD_OUT_PART = 3;
/** Number of held-out stretches of a list. */
const STRETCHES = 4;

/** Options of {@link TrainingData}. */
export interface TrainingDataOptions {
  /** Number of crops of each input that are kept for training. Default 512. */
  readonly capacity?: number;
  /** Seeds the choice of the crops that new ones replace, and of the crops of each batch. Default 0. */
  readonly seed?: number;
  /**
   * What a batch consists of (see `Recipe.learnsFrom`). `unpaired` draws from both inputs; all others draw from the real input alone.
   * With `pairs` each crop must have a `target`. Default `unpaired`.
   */
  readonly kind?: TrainingDataKind;
  /** The class names of labelled crops, in the order of their indices. */
  readonly classes?: readonly string[];
}

/** How the pictures of a batch are augmented. */
export interface BatchAugmentation extends Augmentation {
  /** Seeds the augmentation. Default: the seed of the data. */
  readonly seed?: number;
}

/**
 * A batch whose pictures are drawn by its consumer, which knows the step and how many pictures that step takes. Pictures are thus drawn
 * once, and when they are needed.
 */
export interface BatchDraw {
  /** Draws the pictures of a step. Without `augmentation` they are not augmented. */
  draw(step: number, requires: Requirements, augmentation?: BatchAugmentation): Promise<TrainingBatch>;
  /** Back-pressure on the source of the batches. */
  readonly flow: Flow;
}

/** The crops of one input, split in those for training and those held out. */
export class Split {
  /** Crops that batches are drawn from. */
  readonly learn: CropPool;
  /** Crops for measurements, which are never trained on. At most an eighth of the capacity. */
  readonly heldOut: CropPool;
  private firstTime: number | undefined;
  private readonly lastPixels = new Map<string, Uint8Array>();

  /** `onAdded` is called after each crop that {@link add} accepted. */
  constructor(
    capacity: number,
    seed: number,
    private readonly onAdded: () => void,
  ) {
    this.learn = new CropPool(capacity, { seed });
    this.heldOut = new CropPool(Math.max(1, Math.floor(capacity / PARTS)), { seed });
  }

  /**
   * Adds a crop of a stream, unless it is equal to the last one of its kind: repeated pictures add no information and would replace
   * other crops. Two seconds of every sixteen are held out, by the times of the crops. Returns whether the crop was added.
   */
  add(crop: Frame & { readonly kind?: string }): boolean {
    const { kind = 'whole' } = crop;
    const lastPixels = this.lastPixels.get(kind);
    if (lastPixels && Buffer.compare(lastPixels, crop.data) === 0) return false;
    this.lastPixels.set(kind, crop.data);
    this.firstTime ??= crop.time;
    const part = Math.floor((crop.time - this.firstTime) / BLOCK_MS) % PARTS;
    (part === HELD_OUT_PART ? this.heldOut : this.learn).add(crop);
    this.onAdded();
    return true;
  }

  /**
   * Adds all crops of a file or folder, in order. Four stretches of them are held out, one crop in eight. Of fewer than 24 crops none is
   * held out, so nothing can be measured.
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
 * The data that batches are drawn from. Its content is a pure function of the crops that were added and of its seed, and a batch is a pure
 * function of the content, the seed and the step, so a training that resumes draws the same batches as one that was never stopped.
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

  /** The crops of the synthetic input; empty for kinds that train on the real input alone. */
  get synthetic(): Split {
    return this.#synthetic;
  }

  /** Emits the name of an input after each crop that its `add` accepted. */
  get changed(): Observable<InputKind> {
    return this.#changed.asObservable();
  }

  /** Removes the synthetic crops, so that they can be replaced by crops of another span. */
  forgetSynthetic(): void {
    this.#synthetic = this.#split('synthetic');
  }

  /** Whether every input that a batch is drawn from has at least `count` crops for training. */
  holds(count: number): boolean {
    return this.#inputs.every((name) => this[name].learn.size >= count);
  }

  /**
   * Draws the batch of a step. Where crops are held out, the batch also has `requires.heldOut` pictures of each input; those are never
   * augmented.
   *
   * @throws IrisflowError `INPUT` where an input has no crop, or crops lack the target or label that the kind needs
   */
  async draw(
    step: number,
    { heldOut = 0, ...requires }: Requirements,
    augmentation?: BatchAugmentation,
  ): Promise<TrainingBatch> {
    const batch = await this.#draw('learn', requires, step, augmentation);
    if (heldOut === 0 || this.#inputs.some((name) => this[name].heldOut.size === 0)) return batch;
    const measured = {
      synthetic: requires.synthetic > 0 ? heldOut : 0,
      real: requires.real > 0 ? heldOut : 0,
    };
    return { ...batch, heldOut: await this.#draw('heldOut', measured, step) };
  }

  #split(name: InputKind): Split {
    return new Split(this.#capacity, this.#seed, () => this.#changed.next(name));
  }

  get #inputs(): readonly InputKind[] {
    return this.#kind === 'unpaired' ? ['synthetic', 'real'] : ['real'];
  }

  #draw(
    part: 'learn' | 'heldOut',
    requires: Omit<Requirements, 'heldOut'>,
    step: number,
    augmentation?: BatchAugmentation,
  ): Promise<DrawnPictures> {
    const options = { seed: this.#seed, step, ...drawOptions(augmentation, this.#seed) };
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

/** The augmentation as options of the draw functions. Without amounts their defaults apply. */
function drawOptions(augmentation: BatchAugmentation | undefined, defaultSeed: number) {
  if (augmentation === undefined) return { augment: false } as const;
  const { seed = defaultSeed, ...amounts } = augmentation;
  return { augmentSeed: seed, ...(Object.keys(amounts).length > 0 && { augment: amounts }) };
}
