/** What training draws from: the crops of both inputs, most to learn from, some held out to measure on. */
import type { Crop, Frame } from '../frame.js';
import type { Training, TrainingBatch } from '../models/types.js';
import { CropPool } from '../operators/crop-pool.js';
import { drawBatch } from '../operators/draw-batch.js';

export type InputName = 'synthetic' | 'real';

/** One part in eight of what comes is held out. */
const PARTS = 8;
/** Of a stream, two seconds of every sixteen: neighbouring frames are nearly the same, and must not stand on both sides. */
const BLOCK_MS = 2000;
/** Not the first two seconds, so that training can begin. */
const HELD_OUT_PART = 1;
/** Of a list, this many stretches. */
const STRETCHES = 4;

export interface MaterialOptions {
  /** Crops kept to learn from, of each input. */
  readonly capacity: number;
  readonly seed: number;
}

/** The crops of one input. */
class Half {
  readonly learn: CropPool;
  readonly heldOut: CropPool;
  private first: number | undefined;
  private readonly last = new Map<string, Uint8Array>();

  constructor({ capacity, seed }: MaterialOptions) {
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

export class Material {
  readonly synthetic: Half;
  readonly real: Half;

  constructor(private readonly options: MaterialOptions) {
    this.synthetic = new Half(options);
    this.real = new Half(options);
  }

  /** The batch for a step: a pure function of what is held, the seed and the step. */
  async draw(step: number, { heldOut = 0, ...requires }: Training['requires']): Promise<TrainingBatch> {
    const at = { seed: this.options.seed, step };
    const batch = await drawBatch(this.synthetic.learn, this.real.learn, requires, at);
    const pools = [this.synthetic.heldOut, this.real.heldOut] as const;
    if (heldOut === 0 || pools.some(({ size }) => size === 0)) return batch;
    // As they are, not varied: a picture that stands still has to show.
    const drawn = await drawBatch(...pools, { synthetic: heldOut, real: heldOut }, { ...at, augment: false });
    return { ...batch, heldOut: { synthetic: drawn.synthetic, real: drawn.real } };
  }
}
