import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastingInputs, withRemembered } from '../../src/inputs/remembered-inputs.js';
import type { RunInputOptions } from '../../src/inputs/run-input-options.js';
import { FOLDERS } from '../../src/inputs/run-inputs.js';
import { recipeNamed } from '../../src/models/index.js';
import type { TrainingSessionOptions } from '../../src/session/options.js';
import { setUpRun } from '../../src/session/run-setup.js';
import { eyePictures } from '../pictures.js';

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-remembered-'));
  pictures = await eyePictures(join(folder, 'pictures'), 2, 16, 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lastingInputs', () => {
  it('stores files as absolute paths, words unchanged, and addresses without passwords', async () => {
    const real = relative(process.cwd(), pictures);
    expect(await lastingInputs({ synthetic: 'eyes', real, crop: 'none' })).toEqual({
      synthetic: 'eyes',
      real: pictures,
      crop: 'none',
    });
    const glob = await lastingInputs({ real: join(real, '*.png'), crop: 'none', pairs: 'edges' });
    expect(glob).toEqual({ real: join(pictures, '*.png'), crop: 'none', pairs: 'edges' });
    const camera = await lastingInputs({ synthetic: 'webcam:0', real: 'rtsp://me:secret@camera/1', crop: 'eyes' });
    expect(camera).toEqual({ synthetic: 'webcam:0', real: 'rtsp://me:***@camera/1', crop: 'eyes' });
    const near = { real: 'webcam:0', crop: 'eyes', minEyeDistance: 30 } as const;
    expect(await lastingInputs(near)).toEqual(near);
  });
});

describe('withRemembered', () => {
  const simgan = recipeNamed('simgan');
  const pix2pix = recipeNamed('pix2pix');
  const known = { synthetic: 'avatar.mp4', real: 'face.mp4', crop: 'face' } as const;

  it('fills in inputs that are not given', () => {
    expect(withRemembered<TrainingSessionOptions>({ seed: 3 }, known, simgan)).toMatchObject({ seed: 3, ...known });
    expect(withRemembered({ real: 'other.mp4' }, known, simgan)).toMatchObject({ ...known, real: 'other.mp4' });
    expect(withRemembered({ synthetic: undefined, crop: 'none' }, known, simgan)).toMatchObject({
      ...known,
      crop: 'none',
    });
  });

  it('does not mix the inputs of two kinds of pairs', () => {
    const edges = { real: 'face.mp4', crop: 'face', pairs: 'edges' } as const;
    expect(withRemembered<RunInputOptions>({}, edges, pix2pix)).toMatchObject(edges);
    expect(withRemembered<RunInputOptions>({ pairs: 'grey' }, edges, pix2pix)).toMatchObject({
      ...edges,
      pairs: 'grey',
    });
    const folders = { synthetic: 'in', real: 'out', crop: 'none', pairs: FOLDERS } as const;
    expect(withRemembered({}, folders, pix2pix)).toMatchObject(folders);
    const other = withRemembered<RunInputOptions>({ synthetic: 'in2', real: 'out2' }, edges, pix2pix);
    expect([other.crop, other.pairs]).toEqual([undefined, undefined]);
    expect(withRemembered<RunInputOptions>({ pairs: 'grey' }, folders, pix2pix).real).toBeUndefined();
  });

  it('refuses a stored address without its password', () => {
    const camera = { ...known, real: 'rtsp://me:***@camera/1' };
    // The first one is how earlier releases wrote it.
    for (const real of ['rtsp://***@camera/1', camera.real, 'http://camera/v?***', 'http://camera/v#***']) {
      expect(() => withRemembered({}, { ...known, real }, simgan)).toThrow(
        expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(/passwords.*--real/) }),
      );
    }
    const given = 'rtsp://me:secret@camera/1';
    expect(withRemembered({ real: given }, camera, simgan).real).toBe(given);
  });
});

describe('a run that is continued', () => {
  it('reads the same inputs as before', async () => {
    const run = join(folder, 'run');
    mkdirSync(run);
    const { config } = await setUpRun({ synthetic: 'eyes', real: pictures, run: join(folder, 'none') });
    const kept = { synthetic: pictures, real: pictures, crop: 'none' };
    writeFileSync(join(run, 'config.json'), JSON.stringify({ config, ...kept }));
    expect((await setUpRun({ run })).inputs).toEqual(kept);
    expect((await setUpRun({ run, real: 'eyes' })).inputs).toEqual({ ...kept, real: 'renderer' });
  });

  it('does not use a password in the name of a folder', async () => {
    const { path } = await setUpRun({ synthetic: 'eyes', real: 'rtsp://me:secret@camera' });
    expect(path).not.toContain('secret');
  });
});
