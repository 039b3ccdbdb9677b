import { describe, expect, it } from 'vitest';
import { IDENTITY } from '../../src/geometry/affine.js';
import { asTrained, pairing } from '../../src/inputs/prepare.js';
import { FOLDERS, inputsFor } from '../../src/inputs/run-inputs.js';
import { recipeNamed } from '../../src/models/index.js';
import { noiseFrame } from '../operators/pictures.js';

const crop = { ...noiseFrame(16, 16), kind: 'whole', toFrame: IDENTITY } as const;
const target = noiseFrame(16, 16, 2).data;

describe('the inputs of a run', () => {
  it('are two, one or pairs, depending on what the recipe learns from', async () => {
    expect(await inputsFor(recipeNamed('simgan'), { real: 'a.mp4' })).toEqual({
      synthetic: 'renderer',
      real: 'a.mp4',
      crop: 'eyes',
    });
    // The renderer was called eyes.
    expect(await inputsFor(recipeNamed('simgan'), { synthetic: 'eyes', real: 'eyes' })).toMatchObject({
      synthetic: 'renderer',
      real: 'renderer',
    });
    expect((await inputsFor(recipeNamed('simgan'), { real: 'a.mp4', eyeSpan: 1 })).eyeSpan).toBe(1);
    await expect(inputsFor(recipeNamed('simgan'), { eyeSpan: 1.1 })).rejects.toThrow('eyeSpan is 1.1');
    expect(await inputsFor(recipeNamed('gan'), {})).toEqual({ real: 'mnist', crop: 'none' });
    const pairs = await inputsFor(recipeNamed('pix2pix'), { real: 'a.mp4', crop: 'face', pairs: 'grey' });
    expect(pairs).toEqual({ real: 'a.mp4', crop: 'face', pairs: 'grey' });
    expect(await inputsFor(recipeNamed('pix2pix'), { synthetic: 'in', real: 'out' })).toEqual({
      synthetic: 'in',
      real: 'out',
      crop: 'none',
      pairs: FOLDERS,
    });
    // What is refined live may be another source than the one that is learnt from.
    const other = await inputsFor(recipeNamed('srgan'), { synthetic: 'webcam', real: 'a.mp4' });
    expect(other).toMatchObject({ synthetic: 'webcam', real: 'a.mp4' });
  });

  it.each([
    ['gan', { pairs: 'edges' }, /does not learn from pairs/],
    ['cgan', { synthetic: 'eyes' }, /generates pictures from noise/],
    ['pix2pix', { synthetic: 'in' }, /also give --real/],
  ])('are refused where they do not fit %s: %o', async (name, options, message) => {
    await expect(inputsFor(recipeNamed(name), options)).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    );
  });
});

describe('the generator input of a crop', () => {
  it('is the input of its pair', () => {
    expect(pairing('edges')(crop)?.target).toBe(crop.data);
    expect(asTrained('grey')(crop).data).not.toEqual(crop.data);
    expect(asTrained(undefined)(crop)).toBe(crop);
  });

  it('is the crop where it has no pair, and such a crop is not trained on', () => {
    for (const kind of ['gaze-map', 'given', FOLDERS]) {
      expect(pairing(kind)(crop)).toBeUndefined();
      expect(asTrained(kind)(crop)).toBe(crop);
    }
    expect(pairing(FOLDERS)({ ...crop, target })?.target).toBe(target);
  });

  it('is refused for an unknown kind', () => {
    expect(() => asTrained('foo')).toThrow(/no kind of pairs "foo"/);
  });
});
