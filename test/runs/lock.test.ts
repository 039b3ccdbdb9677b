import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lock } from '../../src/runs/lock.js';
import { STALE_MS, thisProcess } from '../../src/runs/lock-owner.js';

const entry = new URL('take-lock.mjs', import.meta.url).pathname;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts processes that take the lock in the same millisecond; resolves with what each says. */
async function together(count: number): Promise<string[]> {
  const go = join(folder, 'go');
  const children = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [entry, folder, go], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  for (const { lines } of children) await lines.next();
  writeFileSync(go, '');
  const said = await Promise.all(children.map(async ({ lines }) => (await lines.next()).value as string));
  await Promise.all(
    children.map(({ child }) => new Promise((resolve) => child.once('exit', resolve) && child.stdin.end())),
  );
  rmSync(go);
  return said;
}

const dead = { ...thisProcess('dead'), started: '1' };

describe('a lock that many processes take at once has exactly one owner', () => {
  it.each([
    ['where there is none', undefined],
    ['where a killed process left one', JSON.stringify(dead)],
    ['where an earlier release left one', '2147483646'],
  ])(
    '%s',
    async (_, left) => {
      for (let round = 0; round < 3; round++) {
        if (left === undefined) rmSync(file, { force: true });
        else writeFileSync(file, left);
        const said = await together(10);
        expect(said.filter((line) => line === 'owner')).toHaveLength(1);
        expect(
          said.filter((line) => /^INPUT .*in use by process \d+ on .*delete the file .*lock/.test(line)),
        ).toHaveLength(9);
        expect(readdirSync(folder)).toEqual(['lock']);
      }
    },
    120_000,
  );
});

describe('Lock', () => {
  const isTaken = (): boolean => {
    try {
      Lock.take(file).release();
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'INPUT', message: expect.stringContaining(file) });
      return false;
    }
  };

  it('is taken over from a process whose number another one has now', () => {
    writeFileSync(file, JSON.stringify({ ...thisProcess('x'), started: '1' }));
    expect(isTaken()).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('holds against this process too, and is given back once', () => {
    const lock = Lock.take(file);
    expect(isTaken()).toBe(false);
    lock.release();
    const next = Lock.take(file);
    lock.release();
    expect(isTaken()).toBe(false);
    next.release();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['another container', { ...dead, namespace: 'pid:[1]' }],
    ['another computer', { ...dead, boot: 'other', host: 'other' }],
    ['something that cannot be read', undefined],
  ])('of %s holds as long as it is refreshed', (_, owner) => {
    writeFileSync(file, owner ? JSON.stringify(owner) : '{');
    expect(isTaken()).toBe(false);
    for (const age of [STALE_MS - 5000, STALE_MS + 5000]) {
      const time = new Date(Date.now() - age);
      utimesSync(file, time, time);
      expect(isTaken()).toBe(age > STALE_MS);
    }
  });

  it('is refreshed while it is held', async () => {
    const lock = Lock.take(file);
    utimesSync(file, new Date(0), new Date(0));
    await expect.poll(() => statSync(file).mtimeMs, { timeout: 5000 }).toBeGreaterThan(0);
    lock.release();
  });
});
