import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '../../src/models/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.js';
import { eyePictures } from '../pictures.js';
import { run } from './run-cli.js';

const example = new URL('../../examples/own-recipe.mjs', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-recipes-'));
  await eyePictures(join(folder, 'inputs'), 20, 24, 1);
  await eyePictures(join(folder, 'targets'), 20, 24, 2);
  await eyePictures(join(folder, 'fewer'), 3, 24, 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('irisflow recipes', () => {
  it('lists all recipes of the registry', async () => {
    const { code, stdout } = await run(['recipes'], folder);
    expect(code).toBe(0);
    for (const { name, description } of recipes) expect(stdout).toContain(`${name.padEnd(11)} ${description}`);
    const { recipes: listed } = JSON.parse((await run(['recipes', '--json'], folder)).stdout) as { recipes: unknown[] };
    expect(listed).toHaveLength(recipes.length);
  });

  it('shows the options of a recipe, and refuses an unknown name in one line', async () => {
    expect((await run(['recipes', 'pix2pix'], folder)).stdout).toMatch(
      /learningRate +a number from .* default 0\.0005/,
    );
    const { code, stderr } = await run(['recipes', 'vae'], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no recipe "vae"; recipes: simgan, /)]);
  });
});

describe('wrong data for a recipe: one line that says what is missing, and exit code 2', () => {
  it.each([
    [
      'no labels',
      ['--recipe', 'cgan', '--real', 'inputs'],
      /one folder, inputs\. Put the pictures of each label in a folder/,
    ],
    ['unpaired folders', ['--recipe', 'pix2pix', '--synthetic', 'inputs', '--real', 'fewer'], /no partner/],
    ['one folder of a pair', ['--recipe', 'pix2pix', '--synthetic', 'inputs'], /also give --real/],
    ['sizes that do not divide', ['--recipe', 'pix2pix', '--size', '50'], /multiple of/],
    ['pairs for a recipe of noise', ['--recipe', 'gan', '--pairs', 'edges'], /does not learn from pairs/],
    ['a module that is none', ['--recipe', './none.mjs'], /cannot be loaded/],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await run(['train', ...args, '--steps', '1'], folder);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe("a recipe of a user's module", () => {
  it('trains on two folders, continues, and refines', async () => {
    const small = ['--size', '24', '--set', 'filters=2', '--set', 'batch=4', '--json'];
    const inputs = ['--synthetic', 'inputs', '--real', 'targets'];
    const train = ['train', '--recipe', example, ...inputs, '--run', 'own', '--steps', '3'];
    const first = await run([...train, ...small], folder);
    expect(first.stderr).toBe('');
    const again = await run(
      ['train', '--recipe', example, ...inputs, '--run', 'own', '--steps', '2', '--json'],
      folder,
    );
    expect(again.stdout).toMatch(/"event":"end","step":5/);
    const config = JSON.parse(readFileSync(join(folder, 'own', 'config.json'), 'utf8'));
    expect(config).toMatchObject({ config: { recipe: example, filters: 2 }, pairs: 'folders' });
    const refine = ['refine', 'inputs', '--run', 'own', '--output', 'refined'];
    const refined = await run([...refine, '--recipe', example], folder);
    expect([refined.code, readdirSync(join(folder, 'refined')).length]).toEqual([0, 20]);
  });

  it('is executed only where the command names it: a run folder is data', async () => {
    const module = join(folder, 'own', 'evil.mjs');
    const executed = join(folder, 'executed');
    await writeFile(module, `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(executed)}, '');`);
    const checkpoint = await loadCheckpoint(join(folder, 'own'));
    if (!checkpoint) throw new Error('no checkpoint');
    const config = { ...checkpoint.config, recipe: module };
    await saveCheckpoint(join(folder, 'own'), { ...checkpoint, config });
    const file = join(folder, 'own', 'config.json');
    const before = readFileSync(file, 'utf8');
    await writeFile(file, JSON.stringify({ ...JSON.parse(before), config }));
    const inputs = ['--synthetic', 'inputs', '--real', 'targets'];
    for (const command of [
      ['refine', 'inputs', '--output', 'out'],
      ['sample', '--count', '1', '--output', 'out'],
      ['train', ...inputs, '--steps', '1'],
      ['live', ...inputs, '--steps', '1', '--port', '0'],
      ['evaluate', ...inputs],
    ]) {
      const { code, stderr } = await run([...command, '--run', 'own'], folder);
      expect([command[0], code, stderr]).toEqual([
        command[0],
        2,
        expect.stringContaining(`--recipe ${JSON.stringify(module)}`),
      ]);
    }
    for (const command of ['checkpoints', 'report']) await run([command, '--run', 'own'], folder);
    expect(existsSync(executed)).toBe(false);
  });
});
