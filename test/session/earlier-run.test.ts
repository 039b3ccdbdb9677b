/**
 * A run folder as release 0.1 left it, under `fixtures/run-0.1/run`, whose options, source word and values have had other names since.
 * `next-steps.json` holds what that release's next steps gave: the folder must go on the same way.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../src/runs/checkpoint.js';
import { fromRenderer } from '../../src/streams/from-renderer.js';
import { toImages } from '../../src/streams/to-images.js';
import { run as cli } from '../cli/run-cli.js';

const fixture = fileURLToPath(new URL('../fixtures/run-0.1/', import.meta.url));
const STEPS = 12;
const SLOW = 120_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-earlier-'));
  await rendered('synthetic', 11);
  await rendered('real', 22);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The pictures that the run was trained on. */
async function rendered(name: string, seed: number): Promise<void> {
  mkdirSync(join(folder, name));
  const frames = fromRenderer({ width: 32, height: 32, fps: 0, step: 2, period: 1, count: 48, seed });
  const named = ({ sequence }: { sequence?: number }) => `${String(sequence).padStart(3, '0')}.png`;
  await lastValueFrom(frames.pipe(toImages(join(folder, name), { name: named })));
}

function copied(name: string): string {
  cpSync(join(fixture, 'run'), join(folder, name), { recursive: true });
  return name;
}

const configOf = (run: string) => JSON.parse(readFileSync(join(folder, run, 'config.json'), 'utf8'));

interface Step {
  readonly step: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly change: number;
  readonly variety: number;
  readonly gradientNorms: Readonly<Record<string, number>>;
}

/** The numbers of a step, flat and by name. */
function numbersOf({ step, losses, change, variety, gradientNorms }: Step): Record<string, number> {
  const norms = Object.entries(gradientNorms).map(([name, value]) => [`${name} gradient`, value]);
  return { step, ...losses, change, variety, ...Object.fromEntries(norms) };
}

describe('a run folder of release 0.1', () => {
  it('goes on as that release did, and has the present names from then on', { timeout: SLOW }, async () => {
    const run = copied('continued');
    const { code, stdout, stderr } = await cli(['train', '--run', run, '--steps', String(STEPS), '--json'], folder);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps: Step[] = lines.filter((line) => 'losses' in line);
    const expected: Step[] = JSON.parse(readFileSync(join(fixture, 'next-steps.json'), 'utf8'));
    expect(expected).toHaveLength(STEPS);
    expect(steps.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
    for (const [i, step] of steps.entries()) {
      const found = numbersOf(step);
      for (const [name, value] of Object.entries(numbersOf(expected[i] as Step))) {
        expect(
          Math.abs(found[name] / value - 1),
          `step ${step.step}: ${name} ${found[name]}, not ${value}`,
        ).toBeLessThan(1e-5);
      }
    }
    const { config, synthetic } = configOf(run);
    expect(config).toMatchObject({
      ...{ emaDecay: 0.9, discriminatorLrScale: 2, discriminatorOutput: 'image', irisWeight: 3 },
      ...{ refinerFilters: 6, discriminatorFilters: 4, historySize: 8 },
    });
    const former = ['averaging', 'discriminatorPace', 'loss', 'eyes', 'refinerMaps', 'discriminatorMaps'];
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining([expect.stringMatching(`^(${former.join('|')})$`)]));
    expect(synthetic).toBe(join(folder, 'synthetic'));
    expect((await loadCheckpoint(join(folder, run)))?.config).toEqual(config);
  });

  it('takes options under their former names', { timeout: SLOW }, async () => {
    const run = copied('former');
    const set = ['--set', 'averaging=0.8', '--set', 'loss=local', '--set', 'discriminatorPace=3'];
    const { code, stderr } = await cli(['train', '--run', run, ...set, '--steps', '1', '--json'], folder);
    expect([code, stderr]).toEqual([0, '']);
    const expected = { emaDecay: 0.8, discriminatorOutput: 'patch', discriminatorLrScale: 3, irisWeight: 3 };
    expect(configOf(run).config).toMatchObject(expected);
  });

  it('is evaluated, milestones included', { timeout: SLOW }, async () => {
    const run = copied('evaluated');
    const given = ['--synthetic', 'synthetic', '--real', 'real', '--count', '24', '--folds', '2', '--json'];
    const { code, stdout } = await cli(['evaluate', '--run', run, ...given], folder);
    const report = JSON.parse(stdout.trim().split('\n').at(-1) as string);
    expect([code, report.event, report.step, report.recipe]).toEqual([0, 'report', 60, 'simgan']);
    expect(readFileSync(join(folder, run, 'evaluation', 'report.html'), 'utf8')).toContain('50');
  });

  it('refines', { timeout: SLOW }, async () => {
    const run = copied('refining');
    const { code, stdout } = await cli(['refine', 'synthetic', '--run', run, '--output', 'refined', '--json'], folder);
    const summary = JSON.parse(stdout.trim().split('\n').at(-1) as string);
    expect([code, summary]).toEqual([0, expect.objectContaining({ event: 'end', frames: 48, refined: 48 })]);
  });

  it('goes back to a version, and on from there', { timeout: SLOW }, async () => {
    const run = copied('restored');
    const restored = await cli(['checkpoints', '--run', run, '--restore', '40', '--json'], folder);
    expect(JSON.parse(restored.stdout)).toMatchObject({ event: 'restored', step: 40 });
    const { stdout } = await cli(['train', '--run', run, '--steps', '2', '--json'], folder);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) as string)).toMatchObject({ event: 'end', step: 42 });
  });
});
