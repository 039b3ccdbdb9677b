/** What training draws from: the crops of its inputs, most to learn from, some held out to measure on. */
import type { Crop, Frame } from '../frame.js';
import type { DrawnPictures, InputKind, MaterialKind, Requirements, TrainingBatch } from '../models/types.js';
import { CropPool } from './crop-pool.js';
import { drawBatch } from './draw-batch.js';
import { drawLabelled } from './draw-labelled.js';
import { drawPairs } from './draw-pairs.js';

export type InputName = InputKind;

/** One part in eight of what comes is held out. */
const PARTS = 8;
/** Of a stream, two seconds of every sixteen: neighbouring frames are nearly the same, and must not stand on both sides. */
const BLOCK_MS = 2000;
/** Not the first six seconds: what training begins with is gathered in them, and it would wait for this part to pass. */
const HELD_OUT_PART = 3;
/** Of a list, this many stretches. */
const STRETCHES = 4;

export interface TrainingDataOptions {
  /** Crops kept to learn from, of each input. */
  readonly capacity: number;
  readonly seed: number;
  /** What the recipe learns from. Default `unpaired`; all others have the real input alone, pairs with a `target` at each crop. */
  readonly kind?: MaterialKind;
  /** Whether crops are varied at each draw. Default true; labelled ones never are. */
  readonly varied?: boolean;
  /** Class names of labelled crops. */
  readonly classes?: readonly string[];
}

/** The crops of one input. */
class Split {
  readonly learn: CropPool;
  readonly heldOut: CropPool;
  private first: number | undefined;
  private readonly last = new Map<string, Uint8Array>();

  constructor({ capacity, seed }: Pick<TrainingDataOptions, 'capacity' | 'seed'>) {
    this.learn = new CropPool(capacity, { seed });
    this.heldOut = new CropPool(Math.max(1, Math.floor(capacity / PARTS)), { seed });
  }

  /** Takes a crop of a stream in; whether it was new: a picture that stands still teaches nothing and would push others out. */
  add(crop: Crop): boolean {
    const before = this.last.get(crop.kind);
    if (before && Buffer.compare(before, crop.data) === 0) return false;
    this.last.set(crop.kind, crop.data);
    this.first ??= crop.time;
    const part = Math.floor((crop.time - this.first) / BLOCK_MS) % PARTS;
    (part === HELD_OUT_PART ? this.heldOut : this.learn).add(crop);
    return true;
  }

  /** Takes in all crops of a file or folder. With fewer than two dozen, all are learnt from and nothing can be measured. */
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

export class TrainingData {
  synthetic: Split;
  readonly real: Split;

  constructor(private readonly options: TrainingDataOptions) {
    this.synthetic = new Split(options);
    this.real = new Split(options);
  }

  /** Makes room for synthetic crops that are cut another way. */
  forgetSynthetic(): void {
    this.synthetic = new Split(this.options);
  }

  /** Whether there is enough of everything that a batch is drawn from. */
  holds(count: number): boolean {
    const { kind = 'unpaired' } = this.options;
    return this.real.learn.size >= count && (kind !== 'unpaired' || this.synthetic.learn.size >= count);
  }

  /** The batch for a step: a pure function of what is held, the seed and the step. */
  async draw(step: number, { heldOut = 0, ...requires }: Requirements): Promise<TrainingBatch> {
    const at = { seed: this.options.seed, step };
    const batch = await this.drawn('learn', requires, at);
    const measured = {
      synthetic: requires.synthetic > 0 ? heldOut : 0,
      real: requires.real > 0 ? heldOut : 0,
    };
    const empty =
      this.real.heldOut.size === 0 ||
      ((this.options.kind ?? 'unpaired') === 'unpaired' && this.synthetic.heldOut.size === 0);
    if (heldOut === 0 || empty) return batch;
    // As they are, not varied: a picture that stands still has to show.
    return { ...batch, heldOut: await this.drawn('heldOut', measured, { ...at, augment: false }) };
  }

  private async drawn(
    part: 'learn' | 'heldOut',
    requires: Omit<Requirements, 'heldOut'>,
    at: { readonly seed: number; readonly step: number; readonly augment?: false },
  ): Promise<DrawnPictures> {
    const { kind = 'unpaired', classes = [], varied = true } = this.options;
    const options = varied ? at : { ...at, augment: false as const };
    const real = this.real[part];
    switch (kind) {
      case 'unpaired':
      case 'pictures':
        return drawBatch(this.synthetic[part], real, requires, options);
      case 'pairs':
        return drawPairs(real, requires.real, options);
      case 'labelled':
        return drawLabelled(real, requires.real, classes, options);
    }
  }
}
