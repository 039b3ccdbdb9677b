import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eyePictures } from '../pictures.js';
import { alive } from '../processes.js';
import { until } from '../streams/server/clients.js';
import { type Running, start } from './run-cli.js';

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-signals-'));
  pictures = await eyePictures(join(folder, 'pictures'), 40, 24, 9);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const words = (run: string) => [
  '--synthetic',
  pictures,
  '--real',
  pictures,
  '--crop',
  'none',
  '--size',
  '24',
  '--set',
  'irisWeight=0',
  '--run',
  run,
  '--json',
];

/** The processes that this one has started. */
function childrenOf({ child }: Pick<Running, 'child'>): number[] {
  return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
}

describe.skipIf(process.platform !== 'linux')('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s while a session starts ends it with 130, without lock or child',
    async (signal) => {
      const run = join(folder, `starting-${signal}`);
      const running = start(['train', ...words(run)], folder);
      await until(() => existsSync(join(run, 'lock')) && childrenOf(running).length > 0);
      const children = childrenOf(running);
      running.child.kill(signal);
      expect((await running.outcome).code).toBe(130);
      expect(readdirSync(run)).not.toContain('lock');
      await until(() => !children.some(alive));
    },
  );

  it('of a terminal that closes saves as Ctrl-C does', async () => {
    const run = join(folder, 'closed-terminal');
    const running = start(['train', ...words(run)], folder);
    await running.line(({ step }) => step === 2);
    running.child.kill('SIGHUP');
    expect((await running.outcome).code).toBe(130);
    expect(readdirSync(run)).toEqual(expect.arrayContaining(['checkpoint.irf']));
    expect(readdirSync(run)).not.toContain('lock');
  });

  it('of a terminal that closes changes nothing under nohup', async () => {
    const run = join(folder, 'nohup');
    const shell = spawn(
      'bash',
      ['-c', 'nohup "$@" & echo $!; wait', 'bash', process.execPath, MAIN, 'train', ...words(run)],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const ended = new Promise((resolve) => shell.once('exit', resolve));
    let text = '';
    shell.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await until(() => text.includes('"step":2,') || text.includes('"step":2}'));
    const pid = Number(text.split('\n')[0]);
    process.kill(pid, 'SIGHUP');
    const steps = text.split('\n').length;
    await until(() => text.split('\n').length > steps + 5);
    process.kill(pid, 'SIGINT');
    expect(await ended).toBe(0);
    expect(existsSync(join(run, 'checkpoint.irf'))).toBe(true);
  });

  it('ends a session whose trainer is stopped within 5 s, and leaves no process behind', async () => {
    const running = start(['live', ...words(join(folder, 'stopped')), '--port', '0', '--no-open'], folder);
    await running.line(({ event, training }) => event === 'status' && (training as { step: number }).step > 1);
    const children = childrenOf(running);
    for (const pid of children) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    running.child.kill('SIGTERM');
    const { stderr } = await running.outcome;
    expect(performance.now() - began).toBeLessThan(5000);
    expect(stderr).toMatch(/could not be saved: the trainer process ended \(it did not end within [34] s\)/);
    expect(children.filter(alive)).toEqual([]);
    expect(existsSync(join(folder, 'stopped', 'lock'))).toBe(false);
  });

  it('that is the second one ends at once', async () => {
    const running = start(['train', ...words(join(folder, 'twice'))], folder);
    await running.line(({ step }) => step === 2);
    const children = childrenOf(running);
    for (const pid of children) process.kill(pid, 'SIGSTOP');
    running.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    running.child.kill('SIGINT');
    expect((await running.outcome).code).toBe(130);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(existsSync(join(folder, 'twice', 'lock'))).toBe(false);
    await until(() => !children.some(alive));
  });
});
