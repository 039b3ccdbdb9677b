import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FACE_VIDEO } from '../streams/media.js';

const example = resolve('examples/chain.ts');
let folder: string | undefined;
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Refined frames' headers as a viewer gets them, until `enough`. */
function viewed(port: number, enough: (header: { refined: boolean; version: number }) => boolean): Promise<number> {
  return new Promise((done, failed) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?streams=refined`);
    let frames = 0;
    socket.on('error', failed);
    socket.on('message', (bytes: Buffer, binary) => {
      if (!binary) return;
      frames++;
      const header = JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32BE(0)));
      if (enough(header)) done(frames);
    });
  });
}

describe('examples/chain.ts', () => {
  it('is at most thirty lines', () => {
    expect(readFileSync(example, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(30);
  });

  it('refines and learns in one chain: steps are reported, newer versions reach the viewer, a signal saves', async () => {
    folder = mkdtempSync(join(tmpdir(), 'irisflow-chain-'));
    const port = await freePort();
    const args = ['--import', import.meta.resolve('tsx'), example, FACE_VIDEO, FACE_VIDEO, String(port)];
    child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = new Promise<number | null>((done) => child?.once('exit', (code) => done(code)));
    const steps: string[] = [];
    let first: () => void = () => undefined;
    const learning = new Promise<void>((done) => {
      first = done;
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (/^\d+ starting \{/.test(line)) steps.push(line);
      if (steps.length >= 3) first();
    });
    await learning;
    await viewed(port, ({ refined, version }) => refined && version >= 2);
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    const metrics = readFileSync(join(folder, 'runs/chain/metrics.jsonl'), 'utf8').trim().split('\n');
    expect(metrics.length).toBeGreaterThanOrEqual(steps.length);
    expect(readFileSync(join(folder, 'runs/chain/checkpoint.irf')).length).toBeGreaterThan(1e5);
  });
});
