import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.js';
import { blazeFace } from '../../../src/vision/detector/network.js';
import { readBlazeFaceWeights } from '../../../src/vision/detector/weights.js';

/** What the converted graph itself gives on tf.js's CPU backend: tensors by their shape. */
async function original(picture: Float32Array): Promise<Record<string, Float32Array>> {
  const human = dirname(createRequire(import.meta.url).resolve('@vladmandic/human'));
  const model = join(human, '../models/blazeface');
  const { weightsManifest, ...topology } = JSON.parse(readFileSync(`${model}.json`, 'utf8'));
  const weightSpecs = weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights);
  const weightData = new Uint8Array(readFileSync(`${model}.bin`)).buffer;
  const graph = await loadGraphModel({ load: async () => ({ ...topology, weightSpecs, weightData }) });
  await setBackend('cpu');
  const outputs = graph.execute(tensor(picture, [1, 256, 256, 3])) as Tensor[];
  return Object.fromEntries(outputs.map((output) => [output.shape.join(), output.dataSync() as Float32Array]));
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe('BlazeFace', () => {
  it('computes what the converted graph computes, in the order of the anchors', async () => {
    const engine = await openEngine();
    const program = await engine.compile(blazeFace, {
      inputs: { picture: { shape: [1, 256, 256, 3] } },
      state: engine.createState(await readBlazeFaceWeights()),
      freeze: true,
    });
    const picture = new Float32Array(256 * 256 * 3).map((_, i) => Math.sin(i * 0.37) * Math.cos(i * 0.011));
    const { logits, boxes } = (await program.run({ picture })) as { logits: Float32Array; boxes: Float32Array };
    const expected = await original(picture);
    expect(largestDifference(logits.subarray(0, 512), expected['1,512,1'] as Float32Array)).toBeLessThan(2e-3);
    expect(largestDifference(logits.subarray(512), expected['1,384,1'] as Float32Array)).toBeLessThan(2e-3);
    expect(largestDifference(boxes.subarray(0, 512 * 16), expected['1,512,16'] as Float32Array)).toBeLessThan(2e-3);
    expect(largestDifference(boxes.subarray(512 * 16), expected['1,384,16'] as Float32Array)).toBeLessThan(2e-3);
    await engine.dispose();
  });
});
