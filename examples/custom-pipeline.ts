// npx tsx examples/custom-pipeline.ts [VIDEO] [OUTPUT]
// Your own operators between ours: only calm frames are kept, crops are made grey before refinement, and a strip of
// before and after is written for each.
import { type CroppedFrame, cropEyes, cropStrip, detectFaces, fromVideo, openModel, refine, toImages } from 'irisflow';
import { filter, lastValueFrom, map, pairwise, scan, take } from 'rxjs';
import { sampleVideo } from './sample-video.js';

const [video = sampleVideo('franck.mp4'), output = 'refined/custom-pipeline'] = process.argv.slice(2);

// An untrained refiner gives back what it gets; name a run to see a trained one.
const model = await openModel('simgan', { size: 64 });

/** An operator of your own is a function from Observable to Observable; plain RxJS does the rest. */
const grey = map(
  ({ frame, crops }: CroppedFrame): CroppedFrame => ({
    frame,
    crops: crops.map((crop) => {
      const data = new Uint8Array(crop.data.length);
      for (let i = 0; i < data.length; i += 3) {
        data.fill(0.299 * crop.data[i] + 0.587 * crop.data[i + 1] + 0.114 * crop.data[i + 2], i, i + 3);
      }
      return { ...crop, data };
    }),
  }),
);

const frames = fromVideo(video, { pace: 'fast' }).pipe(
  take(200),
  detectFaces(model, { overflow: 'block' }),
  cropEyes(model.size),
  filter(({ crops }) => crops.length === 2),
  pairwise(),
  filter(([before, now]) => Math.abs(before.crops[0].toFrame[2] - now.crops[0].toFrame[2]) < 1),
  map(([, now]) => now),
  grey,
  refine(model, { overflow: 'block' }),
  cropStrip(),
  toImages(output),
  scan((count) => count + 1, 0),
);
console.log(`${await lastValueFrom(frames, { defaultValue: 0 })} calm frames written to ${output}`);
await model.close();
