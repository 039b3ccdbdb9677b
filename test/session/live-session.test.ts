import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openLiveSession } from '../../src/session/live-session.js';
import type { LiveSessionOptions } from '../../src/session/options.js';
import type { LiveSession, SessionStatus } from '../../src/session/types.js';
import { decodeMessage } from '../../src/streams/server/protocol.js';
import { eyePictures } from '../pictures.js';

let folder: string;
let pictures: string;
let session: LiveSession | undefined;
let runs = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-live-'));
  pictures = await eyePictures(join(folder, 'pictures'), 40, 24, 9);
});
afterEach(async () => {
  await session?.stop();
  session = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rendered eyes as both inputs come at 30 a second: training begins as soon as it can. */
async function open(options: LiveSessionOptions = {}): Promise<LiveSession> {
  const size = { width: 24, height: 24 };
  const run = join(folder, `run-${runs++}`);
  const inputs = { synthetic: 'renderer', real: 'renderer', crop: 'none' } as const;
  session = await openLiveSession({ ...inputs, size, set: { irisWeight: 0 }, run, port: 0, ...options });
  return session;
}

interface Seen {
  readonly sequence: number;
  readonly version: number;
  readonly refined: boolean;
}

/** The next refined frames as a viewer sees them. */
async function refinedFrames(url: string, count: number): Promise<Seen[]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?streams=refined`);
  const seen: Seen[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the socket closed')));
    socket.on('message', (message: Buffer, isBinary) => {
      if (!isBinary) return;
      seen.push(decodeMessage(message).header);
      if (seen.length === count) resolve();
    });
  });
  socket.removeAllListeners('close');
  socket.close();
  return seen;
}

const status = async (url: string) => (await (await fetch(`${url}/api/status`)).json()) as SessionStatus;

describe('openLiveSession', () => {
  it('refines, trains and swaps weights while frames reach a viewer', async () => {
    const { url, reports } = await open({ real: pictures });
    const steps = firstValueFrom(reports.pipe(take(3), toArray()));
    const frames = await refinedFrames(url, 60);
    expect((await steps).map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(frames.every(({ refined }) => refined)).toBe(true);
    for (const [index, frame] of frames.slice(1).entries()) {
      expect(frame.sequence).toBeGreaterThan(frames[index].sequence);
      expect(frame.version).toBeGreaterThanOrEqual(frames[index].version);
    }
    const now = await status(url);
    expect(now.training.step).toBeGreaterThanOrEqual(3);
    expect(now.memory.trainer).toBeGreaterThan(1e6);
    for (const { in: entered, out, dropped, failed, inFlight } of Object.values(now.streams)) {
      expect(entered).toBe(out + dropped + failed + inFlight);
      expect(inFlight).toBeGreaterThanOrEqual(0);
    }
    expect(await (await fetch(`${url}/`)).text()).toContain('irisflow');
  });

  it.skipIf(process.platform !== 'linux')('goes on showing while a killed trainer comes back', async () => {
    const { url, reports, events } = await open({ checkpointEvery: 1 });
    await firstValueFrom(reports.pipe(filter(({ step }) => step >= 2)));
    const restarted = firstValueFrom(events.pipe(filter(({ message }) => message.includes('SIGKILL'))));
    process.kill(trainerOf(process.pid), 'SIGKILL');
    await restarted;
    expect(await refinedFrames(url, 10)).toHaveLength(10);
    const { step } = await firstValueFrom(reports);
    expect(step).toBeGreaterThanOrEqual(2);
    expect((await status(url)).training.restarts).toBe(1);
  });

  it('saves when it stops, and continues with steps, history and rising versions', async () => {
    const first = await open();
    await firstValueFrom(first.reports.pipe(filter(({ step }) => step >= 2)));
    await first.stop();
    await first.done;
    const { run } = first.about;
    const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
    await expect(fetch(first.url)).rejects.toThrow();

    const second = await open({ run });
    expect(second.about.resumed).toBe(true);
    expect(second.about.step).toBe(lines.length);
    const history = (await (await fetch(`${second.url}/api/history`)).json()) as { reports: unknown[] };
    expect(history.reports.length).toBeGreaterThanOrEqual(lines.length);
    expect((await firstValueFrom(second.reports)).step).toBe(lines.length + 1);
  });

  it('ends after its steps', async () => {
    const { done, about } = await open({ steps: 2 });
    await done;
    expect(readFileSync(join(about.run, 'metrics.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('refuses a missing input, a busy port and a run in use, leaving nothing open', async () => {
    await expect(open({ real: join(folder, 'nothing') })).rejects.toMatchObject({ code: 'INPUT' });
    const first = await open();
    const port = Number(new URL(first.url).port);
    await expect(openLiveSession({ synthetic: 'eyes', real: 'eyes', crop: 'none', port })).rejects.toThrow(
      String(port),
    );
    expect((await status(first.url)).uptime).toBeGreaterThan(0);
  });
});

/** The process of the training process: this process's only child that runs it. */
function trainerOf(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(/\s+/).map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('train-host'));
  if (!found) throw new Error('no trainer process');
  return found;
}
