// npx tsx examples/live-webcam.ts [SYNTHETIC] [REAL]
// Runs a live session with its page. Without arguments the eyes of the built-in renderer are refined toward a talking-face video.
// `npx tsx examples/live-webcam.ts avatar.mp4 webcam` uses your avatar and your camera.
import { openLiveSession } from 'irisflow';

const [synthetic = 'renderer', real] = process.argv.slice(2);
const session = await openLiveSession({ synthetic, real, run: 'runs/example-live', port: 0 });
console.log(`open ${session.url}`);
console.log(`${session.about.synthetic} toward ${session.about.real}, ${session.about.engine}`);

session.events.subscribe(({ message }) => console.log(message));
session.reports.subscribe(({ step, losses, accuracy }) => {
  if (step % 20 === 0) console.log(`step ${step}`, losses, accuracy);
});

// The session ends after EXAMPLE_SECONDS or with Ctrl-C, and is saved in both cases.
const seconds = Number(process.env.EXAMPLE_SECONDS ?? Number.POSITIVE_INFINITY);
if (Number.isFinite(seconds)) setTimeout(() => void session.stop(), seconds * 1000);
process.once('SIGINT', () => void session.stop());
await session.done;
console.log('saved in runs/example-live');
