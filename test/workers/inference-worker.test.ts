import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Crop } from '../../src/frame.js';
import type { RecipeConfig } from '../../src/models/types.js';
import { InferenceWorker } from '../../src/workers/inference-worker.js';

/** Adds the number in its weights to each byte; a first byte of 250 and more brings it into trouble. */
const module = `
export default {
  ...(await import(${JSON.stringify(createRequire(import.meta.url).resolve('../../dist/models/index.js'))})).recipeNamed('gan'),
  name: 'troubled',
  async createRefiner(engine, config, weights) {
    let add = weights?.add.data[0] ?? 0;
    return {
      async refine(pictures) {
        if (pictures[0] === 250) await new Promise(() => undefined);
        if (pictures[0] === 251) for (;;);
        if (pictures[0] === 252) process.exit(3);
        if (pictures[0] === 253) await new Promise(() => setImmediate(() => { throw new Error('in passing'); }));
        return pictures.map((byte) => byte + add);
      },
      write: (next) => { add = next.add.data[0]; },
      dispose() {},
    };
  },
};
`;

let folder: string;
let config: RecipeConfig;
let worker: InferenceWorker | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-inference-'));
  writeFileSync(join(folder, 'troubled.mjs'), module);
  config = { recipe: join(folder, 'troubled.mjs'), width: 2, height: 2 } as unknown as RecipeConfig;
});
afterEach(() => worker?.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crop = (fill: number): Crop => ({
  data: new Uint8Array(12).fill(fill),
  width: 2,
  height: 2,
  time: 0,
  sequence: 0,
  source: 'test',
  kind: 'whole',
  toFrame: [1, 0, 0, 0, 1, 0],
});
const weights = (add: number) => ({ add: { data: Float32Array.of(add), shape: [1] } });

async function open(): Promise<{ worker: InferenceWorker; restarts: string[] }> {
  const restarts: string[] = [];
  worker = await InferenceWorker.open({
    engine: 'reference',
    deadline: 1000,
    onRestart: (reason) => restarts.push(reason),
  });
  await worker.loadRefiner({ config, module: config.recipe, weights: weights(1), version: 1 });
  await worker.swap(weights(2), 2);
  return { worker, restarts };
}

describe('an inference worker', () => {
  it.each([
    ['waits for what never comes', 250, /did not answer "refine" within 1 s/],
    ['computes for ever', 251, /did not answer "refine" within 1 s/],
    ['exits', 252, /ended \(exit code 3\)/],
    ['throws where nobody catches', 253, /failed: in passing/],
  ])('that %s comes back with the last weights', async (_, fill, reason) => {
    const { worker, restarts } = await open();
    const asked = [worker.refine([crop(fill)]), worker.refine([crop(10)])];
    const [, behind] = await Promise.allSettled(asked);
    expect(behind).toMatchObject({ status: 'rejected', reason: { code: 'WORKER' } });
    const { pictures, version } = await worker.refine([crop(10)]);
    expect(pictures[0]?.[0]).toBe(12);
    expect(version).toBe(2);
    expect(restarts).toEqual([expect.stringMatching(reason)]);
  });

  it('closes in seconds while it hangs', async () => {
    const { worker } = await open();
    const hung = worker.refine([crop(251)]);
    const rejected = expect(hung).rejects.toMatchObject({ code: 'WORKER' });
    const began = performance.now();
    await worker.close();
    expect(performance.now() - began).toBeLessThan(3000);
    await rejected;
    await expect(worker.refine([crop(1)])).rejects.toMatchObject({ code: 'WORKER' });
  });
});
