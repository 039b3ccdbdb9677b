// npx tsx examples/custom-pipeline.ts [VIDEO] [OUTPUT]
// Combines own operators with those of irisflow: it keeps frames in which the eye does not move, makes the crops grey, refines them, and
// writes the refined crops of each frame as a picture.
import { type CroppedFrame, cropEyes, cropStrip, detectFaces, fromVideo, openModel, refine, toImages } from 'irisflow';
import { filter, lastValueFrom, map, pairwise, scan, take } from 'rxjs';
import { sampleVideo } from './sample-video.js';

const [video = sampleVideo('franck.mp4'), output = 'refined/custom-pipeline'] = process.argv.slice(2);

// An untrained refiner returns its input nearly unchanged. Add the option `run` to use a trained one.
const model = await openModel('simgan', { size: 64 });

/** An own operator is a function from Observable to Observable. Here it is an operator of RxJS. */
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
  filter(([previous, current]) => Math.abs(previous.crops[0].toFrame[2] - current.crops[0].toFrame[2]) < 1),
  map(([, current]) => current),
  grey,
  refine(model, { overflow: 'block' }),
  cropStrip(),
  toImages(output),
  scan((count) => count + 1, 0),
);
console.log(`${await lastValueFrom(frames, { defaultValue: 0 })} frames without movement written to ${output}`);
await model.close();
