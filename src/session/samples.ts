/** The stream of samples: frames with a grid of pictures that a generator makes from noise during training, and that change smoothly. */
import { exhaustMap, from, map, type Observable, timer } from 'rxjs';
import type { Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import { noiseAt, noiseBetween } from '../models/noise.js';
import type { RecipeConfig } from '../models/types.js';
import { gridOf } from '../runs/sample-grids/grid.js';
import type { InferenceWorker } from '../workers/inference-worker.js';

/** Grids per second. */
const RATE = 8;
/** Number of columns, and of rows where the recipe has no labels. */
const SIDE = 4;
/** Number of grids from one noise vector to the next. */
const STRIDE = 24;

export interface SamplesOptions {
  readonly config: RecipeConfig;
  readonly noiseSize: number;
  /** Number of classes of the recipe, each of which gets a row. 0 where it has no labels. */
  readonly classes: number;
}

/** Emits one grid after the other. A grid is skipped while the worker is busy with the one before. Errors when the worker does. */
export function samples(worker: Pick<InferenceWorker, 'sample'>, options: SamplesOptions): Observable<Frame> {
  const { config, noiseSize, classes } = options;
  const { width, height, seed } = config;
  const rows = classes || SIDE;
  const count = rows * SIDE;
  const labels = classes > 0 ? Uint8Array.from({ length: count }, (_, i) => Math.floor(i / SIDE)) : undefined;
  return timer(0, 1000 / RATE).pipe(
    exhaustMap((sequence) => {
      const noise = interpolatedNoise(seed, sequence / STRIDE, count, noiseSize);
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

/** Splits the pictures into rows. */
function rowsOf(pictures: Uint8Array, rows: number): Uint8Array[] {
  const bytes = pictures.length / rows;
  return Array.from({ length: rows }, (_, row) => pictures.subarray(row * bytes, (row + 1) * bytes));
}

/** Noise for each picture. At whole `position`s it is drawn independently; between them it is interpolated along the arc. */
function interpolatedNoise(seed: number, position: number, count: number, size: number): Float32Array {
  const index = Math.floor(position);
  const noise = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const [before, after] = [index, index + 1].map((at) => noiseAt(seed, at * count + i, size)) as [
      Float32Array,
      Float32Array,
    ];
    noise.set(noiseBetween(before, after, position - index), i * size);
  }
  return noise;
}
