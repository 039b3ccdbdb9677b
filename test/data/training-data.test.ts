import { describe, expect, it } from 'vitest';
import { TrainingData } from '../../src/data/training-data.js';
import type { Crop, CropKind } from '../../src/frame.js';
import { IDENTITY } from '../../src/geometry/affine.js';

const side = 4;
function crop(sequence: number, options: { time?: number; kind?: CropKind; fill?: number } = {}): Crop {
  const { time = sequence * 40, kind = 'whole', fill = sequence % 251 } = options;
  const data = new Uint8Array(side * side * 3).fill(fill);
  return { data, width: side, height: side, time, sequence, source: 'test', kind, toFrame: IDENTITY };
}
const crops = (count: number) => Array.from({ length: count }, (_, i) => crop(i));
const numbers = (pool: { crops: readonly { sequence: number }[] }) => pool.crops.map(({ sequence }) => sequence);

describe('data', () => {
  it('holds out one crop in eight of a list, in four stretches, and trains on all others', () => {
    for (const count of [24, 60, 246, 2_048]) {
      const { synthetic } = new TrainingData({ capacity: 2_048, seed: 1 });
      synthetic.addAll(crops(count));
      const [learnt, heldOut] = [numbers(synthetic.learn), numbers(synthetic.heldOut)];
      expect([...learnt, ...heldOut].toSorted((a, b) => a - b)).toEqual(crops(count).map(({ sequence }) => sequence));
      expect(heldOut.length / count).toBeGreaterThan(0.09);
      expect(heldOut.length / count).toBeLessThan(0.17);
      expect(heldOut.filter((number, i) => number - (heldOut[i - 1] ?? -2) > 1).length).toBe(4);
    }
  });

  it('trains on all crops of a short list and holds out none', async () => {
    const data = new TrainingData({ capacity: 64, seed: 1 });
    data.synthetic.addAll(crops(10));
    data.real.addAll(crops(40));
    expect(data.synthetic.learn.size).toBe(10);
    const batch = await data.draw(1, { synthetic: 4, real: 4, heldOut: 16 });
    expect(batch.heldOut).toBeUndefined();
    const empty = new TrainingData({ capacity: 64, seed: 1 });
    empty.synthetic.addAll([]);
    expect(empty.synthetic.learn.size).toBe(0);
  });

  it('holds out two seconds of every sixteen of a stream, from the seventh second on', () => {
    const { real } = new TrainingData({ capacity: 4_096, seed: 1 });
    for (let i = 0; i < 800; i++) real.add(crop(i, { time: 1e12 + i * 40 }));
    const heldOut = numbers(real.heldOut);
    expect(heldOut).toEqual([...Array(50).keys()].flatMap((i) => [150 + i, 550 + i]).toSorted((a, b) => a - b));
    expect(real.learn.size).toBe(700);
  });

  it('adds one crop of each kind of a stream of equal pictures, and returns whether it was added', () => {
    const { real } = new TrainingData({ capacity: 64, seed: 1 });
    const taken = Array.from({ length: 20 }, (_, i) => [
      real.add(crop(i, { time: 0, kind: 'left-eye', fill: 3 })),
      real.add(crop(i, { time: 0, kind: 'right-eye', fill: 9 })),
    ]).flat();
    expect(taken.filter(Boolean).length).toBe(2);
    expect(real.learn.size).toBe(2);
    expect(real.add(crop(21, { kind: 'left-eye', fill: 4 }))).toBe(true);
  });

  it('augments training pictures with its own seed, and never held-out pictures', async () => {
    const data = new TrainingData({ capacity: 64, seed: 1 });
    const noise = (start: number) =>
      crops(40).map((one) => ({ ...one, data: one.data.map((_, i) => (start + i * 37 + one.sequence * 11) % 256) }));
    data.synthetic.addAll(noise(0));
    data.real.addAll(noise(5));
    const requires = { synthetic: 8, real: 8, heldOut: 4 };
    const asIs = await data.draw(3, requires);
    const varied = await data.draw(3, requires, {});
    expect(varied.synthetic).not.toEqual(asIs.synthetic);
    expect(varied.heldOut).toEqual(asIs.heldOut);
    expect(await data.draw(3, requires, { seed: 1 })).toEqual(varied);
    expect((await data.draw(3, requires, { seed: 2 })).real).not.toEqual(varied.real);
    expect(await data.draw(3, requires, { flip: false, zoom: 0, rotation: 0, shear: 0, shift: 0 })).toEqual(asIs);
  });

  it('emits for each added crop', () => {
    const data = new TrainingData();
    const changes: string[] = [];
    data.changed.subscribe((name) => changes.push(name));
    data.synthetic.add(crop(0));
    data.synthetic.add(crop(0));
    data.real.add(crop(1));
    data.forgetSynthetic();
    data.synthetic.add(crop(2));
    expect(changes).toEqual(['synthetic', 'real', 'synthetic']);
    expect(data.synthetic.learn.size).toBe(1);
  });

  it('draws the same batch and the same held-out pictures for the same step; held-out pictures are not augmented and never trained on', async () => {
    const make = () => {
      const data = new TrainingData({ capacity: 512, seed: 3 });
      data.synthetic.addAll(crops(240));
      data.real.addAll(crops(240));
      return data;
    };
    const data = make();
    const requires = { synthetic: 4, real: 4, heldOut: 8 };
    const batch = await data.draw(7, requires, {});
    expect(await make().draw(7, requires, {})).toEqual(batch);
    expect((await data.draw(8, requires)).heldOut).not.toEqual(batch.heldOut);
    const held = new Set(data.real.heldOut.crops.map(({ data }) => data[0]));
    const size = side * side * 3;
    const drawn = Array.from({ length: 8 }, (_, i) => batch.heldOut!.real[i * size]);
    expect(drawn.every((fill) => held.has(fill))).toBe(true);
    expect(data.real.learn.crops.some(({ data }) => held.has(data[0]))).toBe(false);
    expect((await data.draw(7, { synthetic: 4, real: 4 })).heldOut).toBeUndefined();
  });

  it('holds out and draws from the real input alone where the kind has one input', async () => {
    const data = new TrainingData({ capacity: 64, seed: 1, kind: 'pictures' });
    expect(data.holds(1)).toBe(false);
    data.real.addAll(crops(40));
    expect(data.holds(30)).toBe(true);
    const batch = await data.draw(3, { synthetic: 0, real: 4, heldOut: 5 });
    expect([batch.synthetic.length, batch.real.length]).toEqual([0, 4 * side * side * 3]);
    expect([batch.heldOut!.synthetic.length, batch.heldOut!.real.length]).toEqual([0, 5 * side * side * 3]);
    // Not varied: each picture is of one value, as it came.
    expect(new Set(batch.real.subarray(0, side * side * 3)).size).toBe(1);
  });

  it('draws inputs with their targets for pairs', async () => {
    const data = new TrainingData({ capacity: 64, seed: 1, kind: 'pairs' });
    data.real.addAll(crops(40).map((one) => ({ ...one, target: one.data.map((value) => value + 100) })));
    const { synthetic, real, heldOut } = await data.draw(3, { synthetic: 4, real: 4, heldOut: 5 });
    expect(real).toEqual(synthetic.map((value) => value + 100));
    expect(heldOut!.real).toEqual(heldOut!.synthetic.map((value) => value + 100));
  });

  it('draws the class of each labelled picture', async () => {
    const classes = ['even', 'odd'];
    const data = new TrainingData({ capacity: 64, seed: 1, kind: 'labelled', classes });
    data.real.addAll(crops(40).map((one, i) => ({ ...one, labels: { name: classes[i % 2]! } })));
    const { real, labels } = await data.draw(3, { synthetic: 0, real: 8 });
    expect([...labels!]).toEqual(Array.from({ length: 8 }, (_, i) => real[i * side * side * 3]! % 2));
    data.real.learn.add({ ...crop(99), labels: { name: 'other' } });
    const all = data.draw(4, { synthetic: 0, real: data.real.learn.size });
    await expect(all).rejects.toMatchObject({ code: 'INPUT', message: expect.stringMatching(/other.*even, odd/) });
  });
});
