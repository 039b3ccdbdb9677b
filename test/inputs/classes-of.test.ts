import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classesOf } from '../../src/inputs/classes-of.js';
import { openInput } from '../../src/inputs/input.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-classes-'));
  for (const path of ['set/10/a.png', 'set/2/a.png', 'set/2/b.png', 'set/deep/1/a.png', 'flat/a.png']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    await sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } }).toFile(join(folder, path));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('classesOf', () => {
  it('lists the classes of sources, folders in natural order', async () => {
    expect(await classesOf('mnist')).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(await classesOf('eyes')).toEqual(['centre', 'left', 'right', 'up', 'down']);
    expect(await classesOf(join(folder, 'set'))).toEqual(['1', '2', '10']);
    expect(await classesOf(join(folder, 'set/*/*.png'))).toEqual(['2', '10']);
  });

  it.each(['mnist', 'renderer', 'eyes'])('lists the names of the frames of %s', async (source) => {
    const config = { width: 16, height: 16, seed: 1 };
    const options = { reading: { as: 'fast' }, crop: 'none', config, tell: () => undefined } as const;
    const { frames, crop, endless } = await openInput(source, options);
    expect([crop, endless]).toEqual(['none', false]);
    const names = await lastValueFrom(frames.pipe(take(150), toArray()));
    const found = new Set(names.map(({ labels }) => labels?.name));
    expect(found).toEqual(new Set(await classesOf(source)));
  });

  it('plays digits slowly when live', async () => {
    const config = { width: 16, height: 16, seed: 1 };
    const options = { reading: { as: 'live', loop: true }, crop: 'eyes', config, tell: () => undefined } as const;
    expect(await firstValueFrom((await openInput('mnist', options)).frames)).toMatchObject({ source: 'mnist' });
  });

  it.each([
    ['flat', 'INPUT', /in one folder, flat\. .*each label in a folder of its name.*open\/1\.png and shut\/1\.png/],
    ['flat/a.png', 'INPUT', /in one folder, flat\./],
    ['missing', 'INPUT', /no file or folder/],
  ])('reports what is missing in %s', async (path, code, message) => {
    await expect(classesOf(join(folder, path))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each(['webcam', 'browser', 'http://camera/1'])('reports that %s has no labels', async (source) => {
    const refusal = { code: 'USAGE', message: expect.stringMatching(/no labels, .* mnist or renderer$/) };
    await expect(classesOf(source)).rejects.toMatchObject(refusal);
  });
});
