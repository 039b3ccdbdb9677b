import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classesOf } from '../../src/inputs/classes-of.js';
import { cgan } from '../../src/models/cgan.js';
import { gan } from '../../src/models/gan.js';
import type { Recipe, RecipeConfig } from '../../src/models/types.js';
import { saveCheckpoint } from '../../src/runs/checkpoint.js';
import type { SampleRunOptions } from '../../src/session/options.js';
import { type SampleSummary, sampleRun } from '../../src/session/sample-run.js';
import { reference, simgan, tiny } from '../models/tiny.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-sample-run-'));
  const small = { width: 16, height: 12, units: 8, noiseSize: 4, batch: 2, seed: 3 };
  await untrained('gan', gan, gan.configure('digits', small));
  await untrained('simgan', simgan, tiny());
  const labelled = { width: 16, height: 16, filters: 2, noiseSize: 4, batch: 2, classes: ['shut', 'open', 'half'] };
  await untrained('cgan', cgan, cgan.configure('digits', labelled));
  writeFileSync(join(folder, 'file'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run that has made no step: its generator makes pictures all the same. */
async function untrained(name: string, recipe: Recipe, config: RecipeConfig): Promise<void> {
  const training = await recipe.createTraining(reference, config);
  await saveCheckpoint(join(folder, name), training.snapshot());
  await training.dispose();
}

const at = (name: string) => join(folder, name);

async function sampled(run: string, output: string, more: Partial<SampleRunOptions> = {}): Promise<SampleSummary> {
  const work = await sampleRun({ run: at(run), output: at(output), count: 9, engine: 'reference', ...more });
  await work.done;
  return work.summary();
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `${String(i + 1).padStart(6, '0')}.png`);

/** Mean difference of two pictures, in bytes. */
async function difference(one: string, other: string): Promise<number> {
  const [a, b] = [await sharp(at(one)).raw().toBuffer(), await sharp(at(other)).raw().toBuffer()];
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

describe('sampleRun', () => {
  it('generates equal pictures for an equal seed, and others for another seed', async () => {
    expect(await sampled('gan', 'one', { count: 11 })).toEqual({
      pictures: 11,
      output: at('one'),
      labels: [],
      version: 0,
    });
    expect(readdirSync(at('one')).sort()).toEqual(numbered(11));
    await sampled('gan', 'again');
    await sampled('gan', 'other', { seed: 2 });
    expect(await difference('one/000009.png', 'again/000009.png')).toBe(0);
    expect(await difference('one/000009.png', 'other/000009.png')).toBeGreaterThan(0);
    expect(await difference('one/000009.png', 'one/000008.png')).toBeGreaterThan(0);
  });

  it('interpolates from one picture to another in small steps', async () => {
    await sampled('gan', 'way', { interpolate: true });
    const files = numbered(9).map((name) => `way/${name}`);
    const whole = await difference(files[0]!, files[8]!);
    expect(whole).toBeGreaterThan(0);
    for (let i = 1; i < 9; i++) expect(await difference(files[i - 1]!, files[i]!)).toBeLessThan(0.4 * whole);
    expect(await sampled('gan', 'way-of-one', { count: 1, interpolate: true })).toMatchObject({ pictures: 1 });
  });

  it('generates equal numbers of pictures for each label, in a folder for each', async () => {
    const summary = await sampled('cgan', 'labels', { count: 8 });
    expect(summary).toMatchObject({ pictures: 8, labels: ['shut', 'open', 'half'] });
    expect(readdirSync(at('labels')).sort()).toEqual(['half', 'open', 'shut']);
    expect(readdirSync(at('labels/shut')).sort()).toEqual(numbered(3));
    expect(readdirSync(at('labels/half')).sort()).toEqual(numbered(2));
    expect(await classesOf(at('labels'))).toEqual(['half', 'open', 'shut']);

    const one = await sampled('cgan', 'one-label', { count: 4, label: 'open' });
    expect(one).toMatchObject({ pictures: 4, labels: ['open'] });
    expect(readdirSync(at('one-label'))).toEqual(['open']);
    // The second picture of all has that label too, and the same noise.
    expect(await difference('one-label/open/000002.png', 'labels/open/000001.png')).toBe(0);
    await expect(sampled('cgan', 'labels', { label: 'open' })).rejects.toThrow(/open\/00000\d\.png already exists/);
    await expect(sampled('cgan', 'no', { label: 'wide' })).rejects.toThrow(
      /no label "wide": give one of shut, open, half/,
    );
  });

  it('interpolates between the same noise vectors for each label', async () => {
    await sampled('cgan', 'ways', { count: 9, interpolate: true });
    await sampled('cgan', 'way-open', { count: 3, interpolate: true, label: 'open' });
    for (const name of numbered(3)) expect(await difference(`ways/open/${name}`, `way-open/open/${name}`)).toBe(0);
    expect(await difference('ways/open/000001.png', 'ways/open/000003.png')).toBeGreaterThan(0);
    expect(await difference('ways/open/000001.png', 'ways/shut/000001.png')).toBeGreaterThan(0);
  });

  it('reports every picture, and can be stopped between two pictures', async () => {
    const work = await sampleRun({ run: at('gan'), output: at('stopped'), count: 10_000, engine: 'reference' });
    const counts: number[] = [];
    await new Promise<void>((enough) => {
      work.progress.subscribe(({ pictures }) => {
        counts.push(pictures);
        if (pictures === 20) enough();
      });
    });
    await work.stop();
    expect(counts.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const names = readdirSync(at('stopped'));
    expect(names.filter((name) => !name.endsWith('.png'))).toEqual([]);
    expect(names.length).toBeLessThan(10_000);
  });

  it.each<[string, string, string, Partial<SampleRunOptions>, string, RegExp]>([
    ['a recipe that refines', 'simgan', 'no', {}, 'USAGE', /simgan makes no pictures of noise, .* use irisflow refine/],
    ['a run without checkpoint', 'none', 'no', {}, 'INPUT', /no checkpoint in .*none/],
    ['a label where there are none', 'gan', 'no', { label: '3' }, 'USAGE', /no label "3": gan has no labels/],
    ['an output that is a file', 'gan', 'file', {}, 'USAGE', /the output .*file is a file/],
    ['no picture', 'gan', 'no', { count: 0 }, 'USAGE', /count/],
    ['half a seed', 'gan', 'no', { seed: 0.5 }, 'USAGE', /seed/],
  ])('refuses %s before it writes anything', async (_, run, output, more, code, message) => {
    await expect(sampled(run, output, more)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(at('no'))).toBe(false);
  });
});
