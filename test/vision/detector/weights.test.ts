import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBlazeFaceWeights } from '../../../src/vision/detector/weights.js';

const folder = mkdtempSync(join(tmpdir(), 'irisflow-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = JSON.stringify({ weightsManifest: [{ weights: [{ name: 'a', shape: [9], dtype: 'float32' }] }] });

describe('the weights', () => {
  it('are complete', async () => {
    const weights = await readBlazeFaceWeights();
    const entries = Object.values(weights);
    for (const { shape, data } of entries) expect(data.length).toBe(shape.reduce((size, extent) => size * extent, 1));
    expect(entries.length).toBe(106);
    expect(weights.unknown?.shape).toEqual([5, 5, 3, 24]);
  });

  it.each([
    ['missing', undefined, undefined],
    ['no JSON', 'hello', Buffer.alloc(0)],
    ['no manifest', '{}', Buffer.alloc(0)],
    ['cut off', manifest, Buffer.alloc(8)],
  ])('%s: says so, and what to do', async (_name, json, bytes) => {
    const at = mkdtempSync(join(folder, 'case-'));
    if (json !== undefined) writeFileSync(join(at, 'blazeface.json'), json);
    if (bytes) writeFileSync(join(at, 'blazeface.bin'), bytes);
    await expect(readBlazeFaceWeights(at)).rejects.toMatchObject({
      code: 'MODEL',
      message: expect.stringContaining('Reinstall @vladmandic/human'),
    });
  });
});
