import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpRun } from '../../src/session/run-setup.js';

describe('setUpRun', () => {
  const run = join(tmpdir(), 'irisflow-no-such-run');
  const options = async (wishes: object) =>
    (await setUpRun({ run, synthetic: 'eyes', real: 'face.mp4', ...wishes })).config;

  it('suits options to what is cut out, where nothing else is asked for', async () => {
    expect(await options({})).toMatchObject({ preset: 'live', irisWeight: 6, discriminatorLrScale: 4 });
    expect(await options({ crop: 'face' })).toMatchObject({ irisWeight: 0, discriminatorLrScale: 2 });
    expect(await options({ crop: 'face', set: { irisWeight: 2 } })).toMatchObject({
      irisWeight: 2,
      discriminatorLrScale: 2,
    });
    expect(await options({ crop: 'face', preset: 'paper' })).toMatchObject({ irisWeight: 0, discriminatorLrScale: 1 });
    expect(await options({ recipe: 'cyclegan', crop: 'face' })).not.toHaveProperty('eyes');
  });
});
