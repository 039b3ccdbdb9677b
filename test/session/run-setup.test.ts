import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpRun } from '../../src/session/run-setup.js';

describe('setUpRun', () => {
  const run = join(tmpdir(), 'irisflow-no-such-run');
  const options = async (wishes: object) =>
    (await setUpRun({ run, synthetic: 'eyes', real: 'face.mp4', ...wishes })).config;

  it('adapts default options to the crop', async () => {
    expect(await options({})).toMatchObject({ preset: 'live', irisWeight: 6, discriminatorLrScale: 4 });
    expect(await options({ crop: 'face' })).toMatchObject({ irisWeight: 0, discriminatorLrScale: 2 });
    expect(await options({ crop: 'face', set: { irisWeight: 2 } })).toMatchObject({
      irisWeight: 2,
      discriminatorLrScale: 2,
    });
    expect(await options({ crop: 'face', set: { eyes: 2 } })).toMatchObject({ irisWeight: 2 });
    expect(await options({ crop: 'face', preset: 'paper' })).toMatchObject({ irisWeight: 0, discriminatorLrScale: 1 });
    expect(await options({ recipe: 'cyclegan', crop: 'face' })).not.toHaveProperty('irisWeight');
  });

  it('continues the default folder of a run of release 0.1', async () => {
    const home = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), 'irisflow-setup-'));
    process.chdir(folder);
    try {
      const wishes = { real: 'face.mp4', preset: 'seed', seed: 7 };
      const fresh = await setUpRun(wishes);
      expect(fresh.path).toBe(join('runs', 'renderer-face-dcgan-autoencoder-64x64'));
      const former = join('runs', 'eyes-face-seed-64x64');
      const { emaDecay: _, ...config } = fresh.config;
      mkdirSync(former, { recursive: true });
      const written = { config: { ...config, preset: 'seed', averaging: 0.7 }, synthetic: 'eyes', real: 'face.mp4' };
      writeFileSync(join(former, 'config.json'), JSON.stringify(written));
      for (const preset of ['seed', 'dcgan-autoencoder']) {
        const { path, config: continued } = await setUpRun({ ...wishes, preset });
        expect(path).toBe(former);
        expect(continued).toEqual({ ...fresh.config, emaDecay: 0.7 });
      }
    } finally {
      process.chdir(home);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
