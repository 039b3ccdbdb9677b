/** Which pictures a sampler is to make, and the frames of them. */

import { defer, from, type Observable } from 'rxjs';
import type { Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import { noiseAt, noiseBetween } from '../models/noise.js';
import type { RecipeConfig, RunningSampler } from '../models/types.js';
import { createGate, opened } from '../streams/ffmpeg/gate.js';

/** Pictures made at once. */
const BATCH = 8;

/** A class that pictures are made of. */
export interface SampledLabel {
  readonly name: string;
  /** What the generator knows it by. */
  readonly index: number;
}

export interface SamplePlanOptions {
  readonly count: number;
  readonly seed: number;
  readonly interpolate: boolean;
  /** None for a generator without labels. */
  readonly labels: readonly SampledLabel[];
  readonly noiseSize: number;
}

/** One picture to be made. */
export interface PlannedPicture {
  readonly label: SampledLabel | undefined;
  readonly noise: Float32Array;
  /** Path in the output folder. */
  readonly file: string;
}

/** What is to be made, picture by picture; labels take turns, so that a set that was cut short is even too. */
export class SamplePlan {
  readonly count: number;
  readonly labels: readonly SampledLabel[];
  /** The folders in the output that pictures go to. */
  readonly folders: readonly string[];
  #ends: readonly [Float32Array, Float32Array] | undefined;

  constructor(private readonly options: SamplePlanOptions) {
    const { count, seed, labels, noiseSize, interpolate } = options;
    this.count = count;
    this.labels = labels;
    this.folders = labels.length > 0 ? labels.map(({ name }) => name) : ['.'];
    if (interpolate) this.#ends = [noiseAt(seed, 0, noiseSize), noiseAt(seed, 1, noiseSize)];
  }

  /** The picture of that number, 0 to `count` − 1. */
  picture(number: number): PlannedPicture {
    const { count, seed, labels, noiseSize } = this.options;
    const turns = Math.max(1, labels.length);
    const label = labels[number % turns];
    const nth = Math.floor(number / turns);
    const last = Math.floor((count - 1 - (number % turns)) / turns);
    const file = `${String(nth + 1).padStart(6, '0')}.png`;
    return {
      label,
      noise: this.#ends ? noiseBetween(...this.#ends, last > 0 ? nth / last : 0) : noiseAt(seed, number, noiseSize),
      file: label ? `${label.name}/${file}` : file,
    };
  }
}

/** The pictures of a plan in order, as fast as they are taken; `labels.name` is their class. They can wait, as those of a file. */
export function sampledFrames(
  sampler: RunningSampler,
  plan: SamplePlan,
  { recipe, width, height }: RecipeConfig,
): Observable<Frame> {
  async function* frames(): AsyncGenerator<Frame> {
    const gate = createGate();
    for (let first = 0; first < plan.count; first += BATCH) {
      const size = Math.min(BATCH, plan.count - first);
      const planned = Array.from({ length: size }, (_, i) => plan.picture(first + i));
      const noise = new Float32Array(size * sampler.noiseSize);
      for (const [i, one] of planned.entries()) noise.set(one.noise, i * sampler.noiseSize);
      const classes = Uint8Array.from(planned, ({ label }) => label?.index ?? 0);
      const made = await sampler.sample(noise, size, plan.labels.length > 0 ? classes : undefined);
      for (const [i, { label }] of planned.entries()) {
        await opened(gate);
        yield {
          data: made.slice((i * made.length) / size, ((i + 1) * made.length) / size),
          width,
          height,
          time: frameTime(),
          sequence: first + i,
          source: recipe,
          ...(label && { labels: { name: label.name } }),
          flow: gate.flow,
        };
      }
    }
  }
  return defer(() => from(frames()));
}
