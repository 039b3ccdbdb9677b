/**
 * `npm run bench:live -- --synthetic SRC --real SRC`: runs `irisflow live` as a user would, watches it over WebSocket, and prints
 * what reached the viewer: frames a second, latency, steps a second, memory, and what refinement changed and moved.
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
  .option('--duration <seconds>', 'how long to run; the second half is measured', Number, 120)
  .option('--preset <name>', 'network and learning', 'live')
  .option('--json', 'print one JSON object')
  .parse()
  .opts<{ synthetic: string; real: string; duration: number; preset: string; json?: boolean }>();

/** Below this the finder may have seen a closed eye. */
const SURE = 0.45;

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
  void exited.then((code) => reject(new Error(`irisflow live ended with exit code ${code} before it served`)));
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

/** The same crop before and after, by sequence number. */
const before = new Map<number, Uint8Array>();
const changes: number[] = [];
const shifts: number[] = [];
const tracked: number[] = [];
let lost = 0;
let comparing = Promise.resolve();
const crops = watch('synthetic-crops,refined-crops', (header, jpeg) => {
  if (!inSecondHalf() || header.sequence % 10 !== 0) return;
  if (header.stream === 'synthetic-crops') before.set(header.sequence, jpeg);
  else if (before.has(header.sequence) && header.refined) {
    const synthetic = before.get(header.sequence) as Buffer;
    before.delete(header.sequence);
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
  // On the scale of the networks, where pictures lie in [−1, 1].
  changes.push(meanDifference(a.data, b.data) / 127.5);
  const { width, height } = a.info;
  for (let left = 0; left + height <= width; left += height) {
    const [raw, made] = [a.data, b.data].map((strip) => square(strip, width, height, left));
    const [was, is] = [raw, made].map((picture) => findPupil(picture, height, height));
    if (!was || was.confidence < SURE) continue;
    if (is && is.confidence >= SURE) shifts.push(Math.hypot(was.x - is.x, was.y - is.y));
    const now = trackPupil(was, raw, made, height, height);
    if (now) tracked.push(Math.hypot(was.x - now.x, was.y - now.y));
    else lost++;
  }
}

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
  const below = (pid: number): boolean => pid === root || (parents.has(pid) && below(parents.get(pid) as number));
  return [...resident].reduce((sum, [pid, megabytes]) => sum + (below(pid) ? megabytes : 0), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
