import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeNamed } from '../../src/models/registry.js';
import { randomAt } from '../../src/random.js';
import { loadCheckpoint } from '../../src/runs/checkpoint.js';
import { restoreCheckpoint } from '../../src/runs/checkpoint-restore.js';
import { milestonesOf } from '../../src/runs/milestones.js';
import { gridsOf } from '../../src/runs/sample-grids/grid-files.js';
import { stepsIn, versionsFolder } from '../../src/runs/versions.js';
import { run as cli } from '../cli/run-cli.js';
import { changed } from '../models/tiny.js';
import { eyePictures } from '../pictures.js';

let folder: string;
let inputs: { synthetic: string; real: string; crop: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-exact-'));
  const synthetic = await eyePictures(join(folder, 'synthetic'), 24, 32, 1);
  const real = await eyePictures(join(folder, 'real'), 24, 32, 2);
  inputs = { synthetic, real, crop: 'none' };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run folder whose networks are small. */
function newRun(name: string, preset: string, options: object): string {
  const run = join(folder, name);
  mkdirSync(run);
  const small = {
    width: 32,
    height: 32,
    seed: 3,
    batch: 4,
    historySize: 6,
    refinerFilters: 3,
    discriminatorFilters: 3,
    checkEvery: 6,
  };
  const config = recipeNamed('simgan').configure(preset, { ...small, ...options });
  writeFileSync(join(run, 'config.json'), JSON.stringify({ config }));
  return run;
}

const TRAINER = fileURLToPath(new URL('train-run.mjs', import.meta.url));
const EVERY = { checkpointEvery: 4, keepEvery: 8, keep: 3 };

/** Trains in a process of its own until `target`; `onStep` may kill it. */
async function trainTo(
  run: string,
  target: number,
  onStep: (step: number, child: ChildProcess) => void = () => undefined,
) {
  const steps = target - ((await loadCheckpoint(run))?.step ?? 0);
  const child = spawn(process.execPath, [TRAINER, JSON.stringify({ ...inputs, ...EVERY, run, steps })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', (line) => onStep(Number(line), child));
  const [code, signal] = await once(child, 'close');
  return signal ?? code;
}

/** Everything that the run's steps reported but the time of day. */
function reports(run: string): object[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => ({ ...JSON.parse(line), time: 0 }));
}

/** What the run has learned is, to the last bit, what the other has. */
async function expectSame(run: string, other: string): Promise<void> {
  expect(reports(run)).toEqual(reports(other));
  const [a, b] = [(await loadCheckpoint(run))!, (await loadCheckpoint(other))!];
  expect(changed(a.state, b.state)).toEqual([]);
  expect(Object.keys(a.state).sort()).toEqual(Object.keys(b.state).sort());
  expect(a.blobs).toEqual(b.blobs);
  expect({ ...a, state: 0, blobs: 0, version: 0 }).toEqual({ ...b, state: 0, blobs: 0, version: 0 });
}

/** The trainer that this process has started. */
function trainerOf({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('train-host')));
}

describe('training goes on exactly', () => {
  it('in a new process, through every phase, with dropout and batch norm', { timeout: 180_000 }, async () => {
    const phases = { pretrainRefiner: 3, pretrainDiscriminator: 3, emaDecay: 0.9 };
    const [whole, parts] = ['whole', 'parts'].map((name) => newRun(name, 'dcgan-autoencoder', phases)) as [
      string,
      string,
    ];
    const train = (run: string, steps: number) => {
      const { synthetic, real, crop } = inputs;
      const words = ['--synthetic', synthetic, '--real', real, '--crop', crop, '--run', run, '--steps', String(steps)];
      return cli(['train', ...words], folder);
    };
    const outcomes = [train(whole, 10), train(parts, 5).then(() => train(parts, 5))];
    expect((await Promise.all(outcomes)).map(({ code }) => code)).toEqual([0, 0]);
    expect(new Set(reports(whole).map((report) => (report as { phase: string }).phase)).size).toBe(3);
    await expectSame(parts, whole);
  });

  it.skipIf(process.platform !== 'linux')(
    'whatever is killed at whichever step, and after a roll-back',
    { timeout: 240_000 },
    async () => {
      const [whole, killed] = ['undisturbed', 'killed'].map((name) => newRun(name, 'live', { refinerBlocks: 1 })) as [
        string,
        string,
      ];
      const undisturbed = trainTo(whole, 60);
      const random = randomAt(2, 'kills');
      // Everything dies, twice.
      for (let last = 0; last < 30; ) {
        const at = last + 15 + random.integer(12);
        const end = await trainTo(killed, 60, (step, child) => {
          if (step === at) setTimeout(() => child.kill('SIGKILL'), random.uniform(0, 20));
        });
        expect(end).toBe('SIGKILL');
        last = at;
      }
      // Then only the trainer, which comes back by itself.
      let kills = 0;
      const end = await trainTo(killed, 60, (step, child) => {
        if (step !== 58 || kills > 0) return;
        kills++;
        process.kill(trainerOf(child), 'SIGKILL');
      });
      expect([end, kills]).toEqual([0, 1]);
      expect(await undisturbed).toBe(0);
      expect(reports(whole).filter((report) => 'heldOut' in report)).toHaveLength(10);
      await expectSame(killed, whole);
      expect(bytesOf(await milestonesOf(killed))).toEqual(bytesOf(await milestonesOf(whole)));
      expect((await gridsOf(whole)).map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, i) => 4 * i));
      expect(bytesOf(await gridsOf(killed))).toEqual(bytesOf(await gridsOf(whole)));

      const versions = await stepsIn(versionsFolder(killed));
      expect(versions).toHaveLength(3);
      await restoreCheckpoint(killed, versions[0]!);
      expect(await trainTo(killed, 60)).toBe(0);
      await expectSame(killed, whole);
      expect(bytesOf(await gridsOf(killed))).toEqual(bytesOf(await gridsOf(whole)));
      expect((await stepsIn(versionsFolder(killed)))[0]).toBe(versions[0]);
      expect(readdirSync(join(versionsFolder(killed), 'left')).length).toBeGreaterThanOrEqual(2);
    },
  );
});

function bytesOf(files: readonly { step: number; path: string }[]): [number, string][] {
  return files.map(({ step, path }) => [step, readFileSync(path, 'base64')]);
}
