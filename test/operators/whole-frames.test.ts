import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createFlow } from '../../src/flow/hold.js';
import { apply } from '../../src/geometry/affine.js';
import { wholeFrames } from '../../src/operators/whole-frames.js';
import { dotFrame, findDot, smoothFrame } from './pictures.js';

describe('wholeFrames', () => {
  it('shares the bytes of a frame of the right size', async () => {
    const flow = createFlow(
      () => undefined,
      () => undefined,
    );
    const frame = smoothFrame(64, 64, { sequence: 7, labels: { name: 'a', gaze: [0.1, 0.2] }, flow });
    const { crops, frame: same } = await firstValueFrom(of(frame).pipe(wholeFrames()));
    expect(same).toBe(frame);
    expect(crops).toHaveLength(1);
    expect(crops[0]?.data).toBe(frame.data);
    expect(crops[0]).toMatchObject({
      kind: 'whole',
      toFrame: [1, 0, 0, 0, 1, 0],
      sequence: 7,
      labels: frame.labels,
      flow,
    });
  });

  it('resizes a frame of another size with its labels', async () => {
    const frame = dotFrame(120, 80, [90, 20], 12);
    const { crops } = await firstValueFrom(of(frame).pipe(wholeFrames({ width: 60, height: 60 })));
    const [crop] = crops;
    expect(crop?.labels?.pupils?.[0]).toEqual([expect.closeTo(45), expect.closeTo(15)]);
    expect(findDot(crop ?? frame)).toEqual([expect.closeTo(45, 0), expect.closeTo(15, 0)]);
    expect(apply(crop?.toFrame ?? [0, 0, 0, 0, 0, 0], [60, 60])).toEqual([120, 80]);
  });
});
