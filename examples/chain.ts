// npx tsx examples/chain.ts AVATAR [FACE] [PORT]
// The whole of irisflow as one chain: frames in, eyes cut out, discriminator and generator updates, refined frames out.
import { type Frame, openModel } from 'irisflow';
import { augmented, cropEyes, detectFaces, pasteBack, pooled, refine, train } from 'irisflow/operators';
import { fromVideo, fromWebcam, toWebSocket } from 'irisflow/streams';
import { type Observable, share } from 'rxjs';

const [avatar = 'avatar.mp4', face, port = '8787'] = process.argv.slice(2);
const model = await openModel('simgan', { size: 64, run: 'runs/chain' }); // a thread that refines, a process that learns

const eyes = (frames$: Observable<Frame>) => frames$.pipe(detectFaces(model), cropEyes(model.size), share());
const synthetic$ = eyes(fromVideo(avatar, { loop: true }));
const real$ = eyes(face ? fromVideo(face, { loop: true }) : fromWebcam());

const steps$ = synthetic$.pipe(
  pooled(real$, { capacity: 512 }), // unpaired batches of both, one crop in eight held out
  augmented({ seed: 1 }),
  train(model), // discriminator and generator updates, one report a step
);
const refined$ = synthetic$.pipe(refine(model), pasteBack(), toWebSocket({ port: Number(port) }));

const learning = steps$.subscribe(({ step, state, losses }) => console.log(step, state, losses));
learning.add(refined$.subscribe());
process.once('SIGINT', async () => {
  learning.unsubscribe();
  await model.close(); // saves
});
