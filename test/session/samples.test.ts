import { firstValueFrom, take, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { recipeNamed } from '../../src/models/index.js';
import { samples } from '../../src/session/samples.js';
import { InferenceWorker } from '../../src/workers/inference-worker.js';

it('emits grids of pictures that are generated from slowly changing noise', async () => {
  const config = recipeNamed('gan').configure('digits', { width: 8, height: 8, units: 4, noiseSize: 6 });
  const worker = await InferenceWorker.open({ engine: 'onnx', threads: 1 });
  try {
    const noiseSize = await worker.loadSampler({ config, version: 3 });
    expect(noiseSize).toBe(6);
    const frames = await firstValueFrom(samples(worker, { config, noiseSize, classes: 0 }).pipe(take(3), toArray()));
    const apart = (a: number, b: number) =>
      frames[a]!.data.reduce((sum, value, i) => sum + Math.abs(value - frames[b]!.data[i]!), 0);
    for (const frame of frames) expect(frame).toMatchObject({ width: 32, height: 32, version: 3, source: 'samples' });
    expect(apart(0, 1)).toBeGreaterThan(0);
    expect(apart(0, 1)).toBeLessThan(apart(0, 2));
    // Untrained, weights of another shape are refused.
    await expect(worker.swap({}, 4)).rejects.toMatchObject({ code: 'MODEL' });
  } finally {
    await worker.close();
  }
});
