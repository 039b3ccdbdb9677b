// npx tsx examples/live-webcam.ts [SYNTHETIC] [REAL]
// Live refinement with a page. Without arguments the built-in renderer is refined toward a talking-face video;
// `npx tsx examples/live-webcam.ts avatar.mp4 webcam` uses your avatar and your camera.
import { openLiveSession } from 'irisflow';

const [synthetic = 'eyes', real] = process.argv.slice(2);
const session = await openLiveSession({ synthetic, real, run: 'runs/example-live', port: 0 });
console.log(`open ${session.url}`);
console.log(`${session.about.synthetic} toward ${session.about.real}, ${session.about.engine}`);

session.events.subscribe(({ message }) => console.log(message));
session.reports.subscribe(({ step, losses, accuracy }) => {
  if (step % 20 === 0) console.log(`step ${step}`, losses, accuracy);
});

// Ends after EXAMPLE_SECONDS, or with Ctrl-C, and saves either way.
const seconds = Number(process.env.EXAMPLE_SECONDS ?? Number.POSITIVE_INFINITY);
if (Number.isFinite(seconds)) setTimeout(() => void session.stop(), seconds * 1000);
process.once('SIGINT', () => void session.stop());
await session.done;
console.log('saved in runs/example-live');
