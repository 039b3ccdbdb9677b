/** Plans the pictures that a sampler generates, and emits them as frames. */
import { defer, from, type Observable } from 'rxjs';
import type { Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import { noiseAt, noiseBetween } from '../models/noise.js';
import type { RecipeConfig, RunningSampler } from '../models/types.js';
import { createGate, opened } from '../streams/ffmpeg/gate.js';

/** Number of pictures in a batch. */
const BATCH = 8;

/** A class that pictures are generated of. */
export interface SampledLabel {
  readonly name: string;
  /** Its class index in the generator. */
  readonly index: number;
}

export interface SamplePlanOptions {
  readonly count: number;
  readonly seed: number;
  readonly interpolate: boolean;
  /** The labels of the pictures; empty for a generator without labels. */
  readonly labels: readonly SampledLabel[];
  readonly noiseSize: number;
}

/** One picture of the plan. */
export interface PlannedPicture {
  readonly label: SampledLabel | undefined;
  readonly noise: Float32Array;
  /** Path in the output folder. */
  readonly file: string;
}

/** The pictures to generate. Labels alternate, so that an interrupted set has equal numbers of each label, too. */
export class SamplePlan {
  readonly count: number;
  readonly labels: readonly SampledLabel[];
  /** The folders in the output that pictures are written to. */
  readonly folders: readonly string[];
  #endpoints: readonly [Float32Array, Float32Array] | undefined;

  constructor(private readonly options: SamplePlanOptions) {
    const { count, seed, labels, noiseSize, interpolate } = options;
    this.count = count;
    this.labels = labels;
    this.folders = labels.length > 0 ? labels.map(({ name }) => name) : ['.'];
    if (interpolate) this.#endpoints = [noiseAt(seed, 0, noiseSize), noiseAt(seed, 1, noiseSize)];
  }

  /** The picture of that number, 0 to `count` − 1. */
  picture(number: number): PlannedPicture {
    const { count, seed, labels, noiseSize } = this.options;
    const labelCount = Math.max(1, labels.length);
    const label = labels[number % labelCount];
    const index = Math.floor(number / labelCount);
    const lastIndex = Math.floor((count - 1 - (number % labelCount)) / labelCount);
    const share = lastIndex > 0 ? index / lastIndex : 0;
    const file = `${String(index + 1).padStart(6, '0')}.png`;
    return {
      label,
      noise: this.#endpoints ? noiseBetween(...this.#endpoints, share) : noiseAt(seed, number, noiseSize),
      file: label ? `${label.name}/${file}` : file,
    };
  }
}

/** Emits the pictures of a plan in order, as fast as they are consumed (back-pressure). `labels.name` is the class of each. */
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
      for (const [i, picture] of planned.entries()) noise.set(picture.noise, i * sampler.noiseSize);
      const classes = Uint8Array.from(planned, ({ label }) => label?.index ?? 0);
      const generated = await sampler.sample(noise, size, plan.labels.length > 0 ? classes : undefined);
      for (const [i, { label }] of planned.entries()) {
        await opened(gate);
        yield {
          data: generated.slice((i * generated.length) / size, ((i + 1) * generated.length) / size),
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
