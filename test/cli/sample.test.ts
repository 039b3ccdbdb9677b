import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gan } from '../../src/models/gan.js';
import type { Recipe, RecipeConfig } from '../../src/models/types.js';
import { saveCheckpoint } from '../../src/runs/checkpoint.js';
import { reference, simgan, tiny } from '../models/tiny.js';
import { run, start } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-sample-'));
  const small = { width: 16, height: 12, units: 8, noiseSize: 4, batch: 2, seed: 3 };
  await untrained('gan', gan, gan.configure('digits', small));
  await untrained('simgan', simgan, tiny());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run that has made no step: its generator makes pictures all the same. */
async function untrained(name: string, recipe: Recipe, config: RecipeConfig): Promise<void> {
  const training = await recipe.createTraining(reference, config);
  await saveCheckpoint(join(folder, name), training.snapshot());
  await training.dispose();
}

const sample = (runName: string, output: string, ...more: string[]) =>
  run(['sample', '--run', runName, '--output', output, ...more], folder);
describe('irisflow sample', () => {
  it('writes numbered pictures, and refuses a folder that has some', async () => {
    const { code, stdout } = await sample('gan', 'one', '--count', '3');
    expect(stdout).toContain('3 pictures written to one, generated with version 0');
    expect(code).toBe(0);
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(['000001.png', '000002.png', '000003.png']);
    const first = join(folder, 'one', '000001.png');
    const { width, height, channels } = await sharp(first).metadata();
    expect([width, height, channels]).toEqual([16, 12, 3]);

    const before = readFileSync(first);
    const again = await sample('gan', 'one', '--count', '2', '--seed', '9', '--interpolate');
    expect(again.stderr).toMatch(/^irisflow: one\/00000\d\.png already exists: choose another --output/);
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(readFileSync(first).equals(before)).toBe(true);
  });

  it('keeps written pictures when it is interrupted, and exits with 130', async () => {
    const args = ['sample', '--run', 'gan', '--output', 'cut', '--count', '100000', '--json'];
    const running = start(args, folder);
    while (!existsSync(join(folder, 'cut'))) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.outcome;
    expect(stderr).toBe('');
    expect(code).toBe(130);
    const { event, pictures } = JSON.parse(stdout);
    expect(event).toBe('interrupted');
    const names = readdirSync(join(folder, 'cut'));
    expect(names.filter((name) => !name.endsWith('.png'))).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(pictures);
    expect(names.length).toBeLessThan(100_000);
  });

  it.each([
    [
      'a recipe that refines',
      ['simgan', 'no', '--count', '3'],
      /simgan makes no pictures of noise, .* use irisflow refine/,
    ],
    ['no picture', ['gan', 'no', '--count', '0'], /1 to 1000000/],
  ])('refuses %s in one line, code 2', async (_, [name, output, ...more], message) => {
    const { code, stdout, stderr } = await sample(name!, output!, ...more);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });
});
