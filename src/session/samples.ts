/** Pictures that a generator makes of noise while it learns, as frames: a grid of them that changes smoothly. */

import { exhaustMap, from, map, type Observable, timer } from 'rxjs';
import type { Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import { noiseAt, noiseBetween } from '../models/noise.js';
import type { RecipeConfig } from '../models/types.js';
import { gridOf } from '../runs/sample-grids/grid.js';
import type { InferenceWorker } from '../workers/inference-worker.js';

/** Grids a second. */
const RATE = 8;
/** Columns, and rows where the recipe has no labels. */
const SIDE = 4;
/** Grids from one noise vector to the next. */
const STRIDE = 24;

export interface SamplesOptions {
  readonly config: RecipeConfig;
  readonly noiseSize: number;
  /** Classes of the recipe: one row each. 0: it takes no labels. */
  readonly classes: number;
}

/** Emits a grid after the other; one that is late is left out. Errors when the worker does. */
export function samples(worker: Pick<InferenceWorker, 'sample'>, options: SamplesOptions): Observable<Frame> {
  const { config, noiseSize, classes } = options;
  const { width, height, seed } = config;
  const rows = classes || SIDE;
  const count = rows * SIDE;
  const labels = classes > 0 ? Uint8Array.from({ length: count }, (_, i) => Math.floor(i / SIDE)) : undefined;
  return timer(0, 1000 / RATE).pipe(
    exhaustMap((sequence) => {
      const noise = wanderingNoise(seed, sequence / STRIDE, count, noiseSize);
      const time = frameTime();
      return from(worker.sample({ noise, count, ...(labels && { labels }) })).pipe(
        map(({ pictures, version }) => ({
          ...gridOf(rowsOf(pictures, rows), { width, height }, { gap: 0, enlarge: false }),
          time,
          sequence,
          source: 'samples',
          version,
          refined: true,
        })),
      );
    }),
  );
}

/** As many rows of pictures, one after the other. */
function rowsOf(pictures: Uint8Array, rows: number): Uint8Array[] {
  const bytes = pictures.length / rows;
  return Array.from({ length: rows }, (_, row) => pictures.subarray(row * bytes, (row + 1) * bytes));
}

/** Noise that moves on: at whole `place`s it is drawn anew for each picture, in between it is on the arc from one to the next. */
function wanderingNoise(seed: number, place: number, count: number, size: number): Float32Array {
  const index = Math.floor(place);
  const noise = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const [before, after] = [index, index + 1].map((at) => noiseAt(seed, at * count + i, size)) as [
      Float32Array,
      Float32Array,
    ];
    noise.set(noiseBetween(before, after, place - index), i * size);
  }
  return noise;
}
