import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/models/types.js';
import { randomAt } from '../../src/random.js';
import { keepBest, scoreOf } from '../../src/runs/best-version.js';
import { CHECKPOINT_FILE, loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { readCheckpoint } from '../../src/runs/checkpoint-file.js';
import { bestFile, keepVersion, stepsIn, versionFile, versionsFolder } from '../../src/runs/versions.js';

const SAVER = fileURLToPath(new URL('save-forever.mjs', import.meta.url));
const KILLS = 200;
/** Savers at once, each in a folder of its own. */
const SAVERS = 4;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'irisflow-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As the saver filled it: with one value, its step. */
function isWhole({ step, state, blobs }: Checkpoint): boolean {
  const { data } = state.weights!;
  const history = blobs.history!;
  return (
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(
      Buffer.from(new Float32Array(25_000).fill(step).buffer),
    ) && Buffer.from(history).equals(Buffer.alloc(80_000, step % 256))
  );
}

/** Starts a saver at `first`, kills it at a random moment after its first save, and resolves with the last step that it told of. */
async function killed(run: string, first: number, moment: number): Promise<number> {
  const child = spawn(process.execPath, [SAVER, run, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = first - 1;
  const lines = createInterface(child.stdout).on('line', (line) => {
    told = Number(line);
  });
  const ended = once(child, 'close');
  await once(lines, 'line');
  await delay(moment);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  return told;
}

/** Checks everything that a killed saver has left; the step it is at. */
async function examine(run: string, told: number): Promise<number> {
  const checkpoint = (await loadCheckpoint(run))!;
  // The one that it had told of, or a later one: the pipe may hold back a line.
  expect(checkpoint.step).toBeGreaterThanOrEqual(told);
  expect(isWhole(checkpoint)).toBe(true);
  const steps = await stepsIn(versionsFolder(run));
  // One more than is kept, where it was killed before the oldest had gone.
  expect(steps.length).toBeLessThanOrEqual(4);
  for (const step of steps) {
    const version = (await readCheckpoint(versionFile(run, step)))!.checkpoint;
    expect(version.step).toBe(step);
    expect(isWhole(version)).toBe(true);
  }
  const best = await readCheckpoint(bestFile(run));
  if (best) {
    expect(isWhole(best.checkpoint)).toBe(true);
    expect(await scoreOf(run, best.digest)).toBe(1e6 - best.checkpoint.step);
  }
  return checkpoint.step;
}

describe(`processes killed ${KILLS} times while they save`, () => {
  it('leave the last checkpoint or the one being saved, and versions and a best one that are whole', {
    timeout: 240_000,
  }, async () => {
    const moments = randomAt(1, 'kills');
    let left = KILLS;
    let midway = 0;
    const saver = async (run: string) => {
      let next = 0;
      while (left-- > 0) {
        const told = await killed(run, next, moments.uniform(0, 15));
        next = (await examine(run, told)) + 1;
        const names = [...(await readdir(run)), ...(await readdir(versionsFolder(run)).catch(() => []))];
        if (names.some((name) => name.endsWith('.tmp'))) midway++;
      }
      // The next who saves leaves nothing behind of those that were killed.
      const checkpoint = { ...(await loadCheckpoint(run))!, step: next + 3 };
      await saveCheckpoint(run, checkpoint);
      await keepVersion(run, next + 3, { count: 3, every: 2 });
      await keepBest(run, { step: next + 3, score: -1, checkpoint });
      expect((await readdir(run)).sort()).toEqual([CHECKPOINT_FILE, 'checkpoints']);
      expect((await readdir(versionsFolder(run))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    };
    await Promise.all(Array.from({ length: SAVERS }, (_, i) => saver(join(folder, String(i)))));
    // Otherwise the moments are badly chosen: nothing was ever half written.
    expect(midway).toBeGreaterThan(0);
  });
});
