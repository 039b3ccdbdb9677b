import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { srgan } from '../../src/models/srgan.js';
import type { Checkpoint } from '../../src/models/types.js';
import { openEnlarging } from '../../src/session/enlarging.js';

const config = srgan.configure('x2', { filters: 2, blocks: 0, discriminatorFilters: 2 });
const checkpoint: Checkpoint = { config, step: 7, version: 7, phase: 'adversarial', state: {}, blobs: {}, meta: {} };

const frame = (sequence: number, width: number, height: number): Frame => ({
  ...{ data: new Uint8Array(width * height * 3).fill(80), width, height },
  ...{ time: sequence, sequence, source: `picture-${sequence}`, labels: { pupils: [[1, 1]] } },
});

it('enlarges frames of every size in order, and leaves out frames that fail', async () => {
  const failures: unknown[] = [];
  const { createEnlarger } = srgan;
  if (!createEnlarger) throw new Error('srgan enlarges nothing');
  const enlarging = await openEnlarging(createEnlarger, checkpoint, undefined, 'reference', (error) =>
    failures.push(error),
  );
  const source = from([frame(0, 5, 4), frame(1, 1, 1), frame(2, 3, 6)]);
  const frames = await lastValueFrom(source.pipe(enlarging.operator, toArray()));
  expect(frames.map(({ width, height, source: name }) => [width, height, name])).toEqual([
    [10, 8, 'picture-0'],
    [6, 12, 'picture-2'],
  ]);
  for (const { data, width, height, version, refined, labels } of frames) {
    expect(data).toEqual(new Uint8Array(width * height * 3).fill(80));
    expect([version, refined, labels]).toEqual([7, true, undefined]);
  }
  expect(failures).toEqual([expect.objectContaining({ code: 'USAGE' })]);
  await enlarging.close();
});
