import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { loadRecipe, recipeNamed, recipes } from '../../src/models/index.js';
import { moduleOf, recipeOfRun, refinerMaker, samplerMaker, stepsOf } from '../../src/models/registry.js';

it('finds recipes by name', () => {
  expect(recipeNamed('simgan').name).toBe('simgan');
  expect(recipes[0]).toBe(recipeNamed('simgan'));
});

it('names the recipes there are when asked for another', () => {
  expect(() => recipeNamed('vae')).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(/"vae".*simgan.*gan/) }),
  );
});

it('says what a recipe makes when asked for the other', () => {
  expect(() => refinerMaker(recipeNamed('gan'))).toThrow(/gan refines nothing/);
  expect(() => samplerMaker(recipeNamed('simgan'))).toThrow(/simgan makes no pictures of noise/);
});

it('trains as long as the preset needs, 1000 steps where the recipe does not say', () => {
  const steps = (name: string, preset: string) => stepsOf(recipeNamed(name), recipeNamed(name).configure(preset, {}));
  expect(steps('simgan', 'live')).toBe(1000);
  expect(steps('gan', 'digits')).toBe(8000);
  expect([steps('dcgan', 'eyes'), steps('dcgan', 'digits')]).toEqual([2200, 8000]);
});

describe('a recipe of a module', () => {
  let folder: string;
  const models = new URL('../../dist/models/index.js', import.meta.url).href;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'irisflow-recipe-'));
    const module = `import { recipeNamed } from ${JSON.stringify(models)};\nexport default { ...recipeNamed('gan'), name: 'gan' };\n`;
    await writeFile(join(folder, 'mine.mjs'), module);
    await writeFile(join(folder, 'there-and-back.mjs'), module.replaceAll("'gan'", "'cyclegan'"));
    await writeFile(join(folder, 'none.mjs'), 'export default 7;\n');
    await writeFile(join(folder, 'broken.mjs'), 'import "./nothing.mjs";\n');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is known by its path, learns, resumes and makes pictures like any other', async () => {
    const path = join(folder, 'mine.mjs');
    const recipe = await loadRecipe(path);
    const config = recipe.configure('digits', { width: 8, height: 8, batch: 4, units: 4, noiseSize: 3, checkEvery: 0 });
    expect(config.recipe).toBe(path);
    expect(stepsOf(recipe, config)).toBe(8000);
    const engine = await openEngine('reference');
    const training = await recipe.createTraining(engine, config);
    const batch = { synthetic: new Uint8Array(), real: new Uint8Array(training.requires.real * 8 * 8 * 3).fill(200) };
    expect((await training.train(batch)).step).toBe(1);
    const checkpoint = training.snapshot();
    expect(checkpoint.config).toBe(config);
    const resumed = await recipe.createTraining(engine, config, checkpoint);
    expect(resumed.step).toBe(1);
    const [a, b] = [await training.train(batch), await resumed.train(batch)];
    expect(a.losses).toEqual(b.losses);
    const sampler = await samplerMaker(recipe)(engine, config, recipe.generatorWeights(checkpoint));
    expect(await sampler.sample(new Float32Array(2 * 3), 2)).toHaveLength(2 * 8 * 8 * 3);
    for (const one of [training, resumed, sampler]) await one.dispose();
  });

  it('may be TypeScript, where Node or the tsx of its project runs it', async () => {
    const project = join(folder, 'project');
    await mkdir(join(project, 'node_modules'), { recursive: true });
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    // An enum is more than types that can be stripped.
    const module = `import { recipeNamed } from ${JSON.stringify(models)};\nenum Kind { Plain }\nconst recipe: object = { ...recipeNamed('gan'), name: 'gan', kind: Kind.Plain };\nexport default recipe;\n`;
    for (const name of ['mine.ts', 'mine.mts']) await writeFile(join(project, name), module);
    const load = async (name: string) => {
      const code = `import { loadRecipe } from ${JSON.stringify(models)};\nloadRecipe(${JSON.stringify(join(project, name))}).then((recipe) => console.log('loaded', recipe.kind), (error) => console.log(error.code, error.message));`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
      return stdout.trim();
    };
    expect(await load('mine.ts')).toMatch(/^USAGE .*npm install --save-dev tsx/);
    const tsx = dirname(createRequire(import.meta.url).resolve('tsx/package.json'));
    await symlink(tsx, join(project, 'node_modules', 'tsx'), 'junction');
    expect([await load('mine.ts'), await load('mine.mts')]).toEqual(['loaded 0', 'loaded 0']);
    await writeFile(join(project, 'package.json'), '{}');
    expect(await load('mine.ts')).toMatch(/^USAGE .*CommonJS project.*\.mts/);
  });

  it('says which input it refines', async () => {
    const recipe = await loadRecipe(join(folder, 'there-and-back.mjs'));
    const refines = (direction: string) => recipe.refines?.(recipe.configure('live', { direction }));
    expect([refines('to-real'), refines('to-synthetic')]).toEqual(['synthetic', 'real']);
  });

  it('is imported for a run only where the user names it, wherever the run says that it lay', async () => {
    const path = join(folder, 'mine.mjs');
    for (const made of [path, './mine.js', 'C:\\mine', 'mine.ts']) {
      await expect(recipeOfRun(made)).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/--recipe/),
      });
      await expect(recipeOfRun(made, 'gan')).rejects.toMatchObject({ code: 'USAGE' });
      expect(moduleOf(await recipeOfRun(made, path))).toBe(path);
    }
    expect(await recipeOfRun('gan')).toBe(recipeNamed('gan'));
    await expect(recipeOfRun('gan', 'simgan')).rejects.toMatchObject({ code: 'CHECKPOINT' });
  });

  it.each([
    ['none.mjs', /is no recipe: its default export/],
    ['broken.mjs', /cannot be loaded.*nothing/],
    ['missing.mjs', /cannot be loaded/],
  ])('is refused in one line: %s', async (file, message) => {
    const refused = loadRecipe(join(folder, file));
    await expect(refused).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  });
});

it('every recipe declares what it learns from, whether pictures keep their content, and what the control is', () => {
  const declared = recipes.map(({ name, learnsFrom, keepsPicture, control }) => [
    name,
    learnsFrom,
    keepsPicture,
    control,
  ]);
  expect(declared).toEqual([
    ['simgan', 'unpaired', true, 'inputs'],
    ['gan', 'pictures', false, 'double-exposures'],
    ['dcgan', 'pictures', false, 'double-exposures'],
    ['cgan', 'labelled', false, 'double-exposures'],
    ['pix2pix', 'pairs', false, 'inputs'],
    ['cyclegan', 'unpaired', true, 'inputs'],
    ['saliency', 'pairs', false, 'inputs'],
    ['frontalise', 'pairs', false, 'inputs'],
    ['srgan', 'pictures', true, 'baseline'],
  ]);
});

it('says that a checkpoint is of another recipe', () => {
  const config = recipeNamed('cyclegan').configure('live', {});
  const checkpoint = { config, step: 0, version: 0, phase: 'adversarial', state: {}, blobs: {}, meta: {} };
  expect(() => recipeNamed('simgan').generatorWeights(checkpoint)).toThrow(
    expect.objectContaining({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/of the recipe cyclegan, not of simgan/),
    }),
  );
});
