// npx tsx examples/chain.ts AVATAR [FACE] [PORT]
// A live refinement as one chain: it reads frames, crops eyes, updates discriminator and generator, and sends refined frames to viewers.
import { type Frame, openModel } from 'irisflow';
import { augmented, cropEyes, detectFaces, pasteBack, pooled, refine, train } from 'irisflow/operators';
import { fromVideo, fromWebcam, toWebSocket } from 'irisflow/streams';
import { type Observable, share } from 'rxjs';

const [avatar = 'avatar.mp4', face, port = '8787'] = process.argv.slice(2);
const model = await openModel('simgan', { size: 64, run: 'runs/chain' }); // a worker thread refines, a process trains

const eyes = (frames$: Observable<Frame>) => frames$.pipe(detectFaces(model), cropEyes(model.size), share());
const synthetic$ = eyes(fromVideo(avatar, { loop: true }));
const real$ = eyes(face ? fromVideo(face, { loop: true }) : fromWebcam());

const steps$ = synthetic$.pipe(
  pooled(real$, { capacity: 512 }), // unpaired batches of both, one crop in eight held out
  augmented({ seed: 1 }),
  train(model), // discriminator and generator updates, one report per step
);
const refined$ = synthetic$.pipe(refine(model), pasteBack(), toWebSocket({ port: Number(port) }));

const learning = steps$.subscribe(({ step, state, losses }) => console.log(step, state, losses));
learning.add(refined$.subscribe());
process.once('SIGINT', async () => {
  learning.unsubscribe();
  await model.close(); // saves the run
});
