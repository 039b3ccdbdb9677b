/**
 * Draws docs/images/before-after.png: rendered eyes, the same eyes refined by a run, and real eyes of the talking-face video.
 * `npx tsx scripts/before-after.ts RUN`, where RUN was trained with the default inputs.
 */
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { filter, map, take } from 'rxjs/operators';
import sharp from 'sharp';
import {
  type Crop,
  cropEyes,
  detectFaces,
  fromRenderer,
  fromVideo,
  InferenceWorker,
  loadCheckpoint,
  recipeNamed,
  refine,
  wholeFrames,
} from '../src/index.js';
import { defaultReal } from '../src/inputs/input.js';

const COLUMNS = 10;
const SIDE = 128;
const GAP = 2;
const [run = 'runs/eyes-franck-live-64x64'] = process.argv.slice(2);

const checkpoint = await loadCheckpoint(run);
if (!checkpoint) throw new Error(`there is no checkpoint in ${run}: give the folder of a trained run`);
const { config, version } = checkpoint;
const size = { width: config.width, height: config.height };
const worker = await InferenceWorker.open();
await worker.loadRefiner({ config, version, weights: recipeNamed(config.recipe).generatorWeights(checkpoint) });

const eyes = fromRenderer({ ...size, fps: 0, count: COLUMNS, seed: 99, step: 2, period: 1, blinkRate: 0 });
const pairs = await lastValueFrom(eyes.pipe(wholeFrames(size), refine(worker, { overflow: 'block' }), toArray()));
const realEyes = await firstValueFrom(
  fromVideo(await defaultReal(), { pace: 'fast', fps: 0.5 }).pipe(
    detectFaces(worker, { overflow: 'block' }),
    cropEyes(size),
    filter(({ crops }) => crops.length === 2),
    map(({ crops }) => crops[0] as Crop),
    take(COLUMNS),
    toArray(),
  ),
);
await worker.close();

const rows = [pairs.map(({ crops }) => crops[0]), pairs.map(({ refinedCrops }) => refinedCrops[0]), realEyes];
const tiles = await Promise.all(
  rows.flatMap((row, y) =>
    row.map(async ({ data, width, height }, x) => ({
      input: await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(SIDE, SIDE)
        .png()
        .toBuffer(),
      left: x * (SIDE + GAP),
      top: y * (SIDE + GAP),
    })),
  ),
);
const [width, height] = [COLUMNS * (SIDE + GAP) - GAP, rows.length * (SIDE + GAP) - GAP];
await sharp({ create: { width, height, channels: 3, background: 'white' } })
  .composite(tiles)
  .png({ palette: true, quality: 90 })
  .toFile('docs/images/before-after.png');
process.exit();
