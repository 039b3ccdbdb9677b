/**
 * `npm run bench:live -- --synthetic SRC --real SRC`: runs `irisflow live`, connects to it as a viewer over WebSocket, and prints
 * measurements: frames per second, latency, steps per second, memory, the change by refinement, and the shift of pupils.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { decodeMessage, type FrameHeader, findPupil, type SessionStatus, trackPupil } from '../src/index.js';
import { meanDifference } from '../src/vision/mean-difference.js';
import { percentile, slopePerMinute } from './statistics.js';

const options = new Command('bench:live')
  .requiredOption('--synthetic <src>')
  .requiredOption('--real <src>')
  .option('--duration <seconds>', 'The duration of the session. Its second half is measured.', Number, 120)
  .option('--preset <name>', 'The preset of the recipe.', 'live')
  .option('--json', 'Prints one JSON object.')
  .parse()
  .opts<{ synthetic: string; real: string; duration: number; preset: string; json?: boolean }>();

/** Least confidence of a found pupil. With less, the eye may be closed. */
const MIN_CONFIDENCE = 0.45;

const run = mkdtempSync(join(tmpdir(), 'irisflow-bench-'));
const child = spawn(
  process.execPath,
  [
    'dist/cli/main.js',
    'live',
    ...['--synthetic', options.synthetic, '--real', options.real, '--preset', options.preset],
    ...['--run', run, '--port', '0', '--duration', `${options.duration}s`, '--json', '--no-open'],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
const url = await new Promise<string>((resolve, reject) => {
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as { event: string; url?: string; message?: string };
    if (event.event === 'start' && event.url) resolve(event.url);
    if (event.event === 'notice') process.stderr.write(`${event.message}\n`);
  });
  void exited.then((code) => reject(new Error(`irisflow live ended with exit code ${code} before it served the page`)));
});

const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
const half = options.duration / 2;
const inSecondHalf = () => seconds() >= half && seconds() < options.duration - 1;

const arrivals: number[] = [];
const latencies: number[] = [];
let refinedFrames = 0;
const viewer = watch('refined', (header) => {
  if (!inSecondHalf()) return;
  arrivals.push(seconds());
  latencies.push(Date.now() - header.time);
  if (header.refined) refinedFrames++;
});

/** Synthetic crops whose refined ones have not arrived yet, by sequence number. */
const pending = new Map<number, Uint8Array>();
const changes: number[] = [];
const shifts: number[] = [];
const tracked: number[] = [];
let lost = 0;
let comparing = Promise.resolve();
const crops = watch('synthetic-crops,refined-crops', (header, jpeg) => {
  if (!inSecondHalf() || header.sequence % 10 !== 0) return;
  if (header.stream === 'synthetic-crops') pending.set(header.sequence, jpeg);
  else if (pending.has(header.sequence) && header.refined) {
    const synthetic = pending.get(header.sequence) as Buffer;
    pending.delete(header.sequence);
    comparing = comparing.then(() => compare(synthetic, jpeg));
  }
});

const memories: [minute: number, megabytes: number][] = [];
const statuses: SessionStatus[] = [];
const poll = setInterval(async () => {
  if (!inSecondHalf()) return;
  statuses.push((await (await fetch(`${url}/api/status`)).json()) as SessionStatus);
  memories.push([seconds() / 60, residentMegabytes(child.pid as number)]);
}, 1000);

const code = await exited;
clearInterval(poll);
viewer.terminate();
crops.terminate();
await comparing;
rmSync(run, { recursive: true, force: true });

const first = statuses[0];
const last = statuses[statuses.length - 1];
const stepSeconds = last.uptime - first.uptime;
const result = {
  exitCode: code,
  engine: last.engine,
  framesPerSecond: round((arrivals.length - 1) / (arrivals[arrivals.length - 1] - arrivals[0])),
  refinedShare: round(refinedFrames / arrivals.length),
  latencyToViewer_ms: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
  latencyToSocket_ms: last.latency,
  stepsPerSecond: round((last.training.step - first.training.step) / stepSeconds),
  step: last.training.step,
  memory_MB: { first: Math.round(memories[0][1]), last: Math.round(memories[memories.length - 1][1]) },
  memorySlope_MB_per_minute: round(slopePerMinute(memories)),
  meanChange: round(mean(changes), 4),
  pupilShift_px: { mean: round(mean(shifts)), p95: percentile(shifts, 0.95), pairs: shifts.length },
  pupilTracked_px: { mean: round(mean(tracked)), p95: percentile(tracked, 0.95), pairs: tracked.length, lost },
  accuracy: last.training.accuracy,
};
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else console.dir(result, { depth: 3 });

function watch(streams: string, onFrame: (header: FrameHeader, jpeg: Uint8Array) => void): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?streams=${streams}`);
  socket.on('message', (message: Buffer, isBinary) => {
    if (!isBinary) return;
    const { header, jpeg } = decodeMessage(message);
    onFrame(header, jpeg);
  });
  socket.on('error', () => undefined);
  return socket;
}

async function compare(synthetic: Uint8Array, refined: Uint8Array): Promise<void> {
  const [a, b] = await Promise.all(
    [synthetic, refined].map((jpeg) => sharp(jpeg).raw().toBuffer({ resolveWithObject: true })),
  );
  if (a.info.width !== b.info.width) return;
  // On the scale of the networks, whose pictures are in [−1, 1].
  changes.push(meanDifference(a.data, b.data) / 127.5);
  const { width, height } = a.info;
  for (let left = 0; left + height <= width; left += height) {
    const [rawEye, refinedEye] = [a.data, b.data].map((strip) => square(strip, width, height, left));
    const [rawPupil, refinedPupil] = [rawEye, refinedEye].map((picture) => findPupil(picture, height, height));
    if (!rawPupil || rawPupil.confidence < MIN_CONFIDENCE) continue;
    if (refinedPupil && refinedPupil.confidence >= MIN_CONFIDENCE) {
      shifts.push(Math.hypot(rawPupil.x - refinedPupil.x, rawPupil.y - refinedPupil.y));
    }
    const trackedPupil = trackPupil(rawPupil, rawEye, refinedEye, height, height);
    if (trackedPupil) tracked.push(Math.hypot(rawPupil.x - trackedPupil.x, rawPupil.y - trackedPupil.y));
    else lost++;
  }
}

/** Copies a square of a strip, from column `left` on. */
function square(strip: Buffer, width: number, size: number, left: number): Uint8Array {
  const picture = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    picture.set(strip.subarray((y * width + left) * 3, (y * width + left + size) * 3), y * size * 3);
  }
  return picture;
}

/** Resident memory of a process and its descendants, from /proc. */
function residentMegabytes(root: number): number {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(text)?.[1]));
      resident.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024);
    } catch {
      // The process ended meanwhile.
    }
  }
  const descends = (pid: number): boolean => pid === root || (parents.has(pid) && descends(parents.get(pid) as number));
  return [...resident].reduce((sum, [pid, megabytes]) => sum + (descends(pid) ? megabytes : 0), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
