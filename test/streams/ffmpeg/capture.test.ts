import { firstValueFrom, Subject, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg } from '../../../src/streams/ffmpeg/binary.js';
import { capture } from '../../../src/streams/ffmpeg/capture.js';
import { createGate } from '../../../src/streams/ffmpeg/gate.js';
import type { RawPicture } from '../../../src/streams/ffmpeg/ppm-reader.js';
import type { RunningProcess } from '../../../src/streams/ffmpeg/process.js';

let command: string;
beforeAll(async () => {
  command = (await findFfmpeg()).path;
});

/** Pictures of 64 × 48 pixels in plain shades of grey, each lighter than the one before. */
const shades = (count: number) => [
  ...['-f', 'lavfi', '-i', 'color=black:size=64x48:rate=25'],
  ...['-frames:v', String(count), '-vf', "geq=lum='16+N*10':cb=128:cr=128"],
];

describe('capture', () => {
  it('loses no picture in the pipe when ffmpeg has ended while the consumer holds', async () => {
    const gate = createGate();
    const owner = {};
    const held = new Subject<void>();
    const pictures: RawPicture[] = [];
    let child: RunningProcess | undefined;
    const done = new Promise<void>((resolve, reject) => {
      capture({
        command,
        args: shades(10),
        what: 'shades',
        gate,
        onProcess: (process) => {
          child = process;
        },
      }).subscribe({
        next: (picture) => {
          pictures.push(picture);
          gate.flow.hold(owner);
          held.next();
        },
        error: reject,
        complete: resolve,
      });
    });
    await firstValueFrom(held);
    // All of it fits into the pipe and the stream's buffer: ffmpeg ends while the first picture is held.
    await child?.exited;
    // Node flushes the pipes of a dead process a turn later.
    await new Promise(setImmediate);
    expect(pictures).toHaveLength(1);
    held.subscribe(() => setImmediate(() => gate.flow.release(owner)));
    gate.flow.release(owner);
    await done;
    expect(pictures).toHaveLength(10);
    const levels = pictures.map(({ data }) => data[0]);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(new Set(levels).size).toBe(10);
  });

  it('completes after the last picture without a hold', async () => {
    const pictures = await firstValueFrom(capture({ command, args: shades(3), what: 'shades' }).pipe(toArray()));
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [64, 48],
      [64, 48],
      [64, 48],
    ]);
  });
});
