import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, EMPTY, from, map, NEVER, of, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Counter } from '../../src/flow/counter.js';
import type { Frame } from '../../src/frame.js';
import { findFfmpeg } from '../../src/streams/ffmpeg/binary.js';
import { probeVideo } from '../../src/streams/ffmpeg/probe.js';
import { fromVideo } from '../../src/streams/from-video.js';
import { toVideo } from '../../src/streams/to-video.js';
import { alive } from '../processes.js';
import { all, binaries, failure, fakeFfmpeg, scratch } from './media.js';

const folder = scratch();

/** Frames whose shade says which one it is, at the times given. */
function frames(count: number, width = 64, height = 48, time = (i: number) => i * 40): Frame[] {
  return Array.from({ length: count }, (_, i) => {
    const data = new Uint8Array(width * height * 3).fill(20 + i * 8);
    for (let p = 0; p < data.length; p += 3) data[p] = 200;
    return { data, width, height, time: 1_700_000_000_000 + time(i), sequence: i, source: 'test' };
  });
}
const shades = (written: Frame[]) => written.map((frame) => frame.data[frame.data.length / 2 + 1] as number);
/** A shell script that stands in for ffmpeg. */
function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}
const leftovers = (path = folder) => readdirSync(path).filter((name) => name.includes('.part'));

const [first = '', ...others] = await binaries();
const kinds = [
  { ffmpeg: first, names: ['a.mp4', 'a.mov', 'a.mkv', 'a.webm'] },
  ...others.map((ffmpeg) => ({ ffmpeg, names: ['a.mp4', 'a.webm'] })),
];

describe.each(kinds)('toVideo with $ffmpeg', ({ ffmpeg, names }) => {
  it.each(names)('writes every frame of %s, in order, in its colours', async (name) => {
    const path = join(folder, 'new folder', name);
    const given = frames(20);
    const passed = await all(from(given).pipe(toVideo(path, { fps: 25, ffmpeg })));
    expect(passed).toEqual(given);
    const back = await all(fromVideo(path, { pace: 'fast' }));
    expect(back).toHaveLength(20);
    for (const [i, shade] of shades(back).entries()) expect(Math.abs(shade - (20 + i * 8))).toBeLessThan(5);
    expect(Math.abs((back[0]?.data[0] ?? 0) - 200)).toBeLessThan(5);
    const info = await probeVideo(path);
    expect(info).toMatchObject({ width: 64, height: 48, fps: 25 });
    expect(info.duration).toBeCloseTo(0.8, 1);
    expect(leftovers(join(folder, 'new folder'))).toEqual([]);
  });

  it.each(['t.mp4', 't.webm'])('takes the times of the frames for %s when no rate is given', async (name) => {
    const path = join(folder, name);
    const times = [0, 40, 40, 80, 500, 1_000];
    await all(from(frames(6, 64, 48, (i) => times[i] ?? 0)).pipe(toVideo(path, { ffmpeg })));
    expect((await probeVideo(path)).duration).toBeCloseTo(1, 1);
    // One second at five frames a second keeps one frame of each slot: 0 and 80 ms, 500 ms, 1 s.
    expect(await all(fromVideo(path, { pace: 'fast' }))).toHaveLength(6);
    expect(await all(fromVideo(path, { pace: 'fast', fps: 2 }))).toHaveLength(3);
  });

  it('duplicates the last line of an odd side', async () => {
    const path = join(folder, 'odd.mp4');
    await all(from(frames(3, 63, 47)).pipe(toVideo(path, { fps: 10, ffmpeg })));
    const [frame] = await all(fromVideo(path, { pace: 'fast' }).pipe(take(1)));
    expect([frame?.width, frame?.height]).toEqual([64, 48]);
    const last = [...(frame?.data.subarray(-3) ?? [])];
    expect(Math.abs((last[0] ?? 0) - 200)).toBeLessThan(8);
    expect(Math.abs((last[1] ?? 0) - 20)).toBeLessThan(8);
  });
});

describe('toVideo', () => {
  it('holds a source that can wait, and loses nothing', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'slow',
      `if (args.includes('-progress')) { console.log('frame=60'); process.exit(0); }
       const to = args.at(-1).slice(5); let bytes = 0; process.stdin.pause();
       const read = () => { const chunk = process.stdin.read(); if (chunk) bytes += chunk.length; setTimeout(read, 5); };
       process.stdin.on('end', () => { fs.writeFileSync(to, String(bytes)); process.exit(0); });
       process.stdin.on('readable', () => {}); read();`,
    );
    const path = join(folder, 'slow.mp4');
    const counts = new Counter();
    let most = 0;
    const source = fromVideo(join(folder, 'new folder/a.mkv'), { pace: 'fast', loop: true }).pipe(
      take(60),
      map((frame, i) => {
        most = Math.max(most, counts.inFlight);
        expect(frame.sequence).toBe(i);
        return frame;
      }),
    );
    const passed = await all(source.pipe(toVideo(path, { fps: 25, ffmpeg, counts })));
    expect(passed.map((frame) => frame.sequence)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(most).toBeLessThanOrEqual(6);
    expect(counts.snapshot()).toEqual({ in: 60, out: 60, dropped: 0, failed: 0, inFlight: 0 });
    expect(existsSync(path)).toBe(true);
  });

  it('writes no file for an empty source', async () => {
    expect(await all(EMPTY.pipe(toVideo(join(folder, 'none.mp4'))))).toEqual([]);
    expect(existsSync(join(folder, 'none.mp4'))).toBe(false);
  });

  it('reports why ffmpeg failed, and removes the unfinished file', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'full',
      `fs.writeFileSync(args.at(-1).slice(5), 'half'); process.stdin.once('data', () => { say('av_interleaved_write_frame(): No space left on device'); process.exit(1); });`,
    );
    const path = join(folder, 'full.mp4');
    const error = await failure(from(frames(50, 640, 480)).pipe(toVideo(path, { fps: 25, ffmpeg })));
    expect(error).toMatchObject({ code: 'SINK', message: expect.stringContaining('No space left on device') });
    expect(String((error.cause as Error).message)).toContain('No space left');
    await expect.poll(() => leftovers()).toEqual([]);
    expect(existsSync(path)).toBe(false);

    const late = fakeFfmpeg(
      folder,
      'late',
      `process.stdin.resume().on('end', () => { say('moov atom lost'); process.exit(1); });`,
    );
    const end = await failure(from(frames(2)).pipe(toVideo(path, { ffmpeg: late })));
    expect(end).toMatchObject({ code: 'SINK', message: expect.stringContaining('moov atom lost') });
  });

  it.each(['big.mp4', 'big.mkv', 'big.webm', 'big.mov'])(
    'keeps the older %s where the disk is full, and says so',
    async (name) => {
      for (const real of await binaries()) {
        const path = join(folder, name);
        writeFileSync(path, 'old');
        // A limit on the size of files is a disk that is full after 24 KiB.
        const ffmpeg = script(
          'limited',
          `trap '' XFSZ; ulimit -f ${process.platform === 'darwin' ? 48 : 24}; exec '${real}' "$@"`,
        );
        const noise = frames(40).map((frame) => ({ ...frame, data: randomBytes(frame.data.length) }));
        const error = await failure(from(noise).pipe(toVideo(path, { fps: 25, ffmpeg })));
        expect(error).toMatchObject({ code: 'SINK', message: expect.stringContaining('File too large') });
        expect(readFileSync(path, 'utf8')).toBe('old');
        await expect.poll(() => leftovers()).toEqual([]);
      }
    },
  );

  it('counts the frames of the file before it takes the place of an older one', async () => {
    const real = (await findFfmpeg()).path;
    const path = join(folder, 'short.mkv');
    writeFileSync(path, 'old');
    // Ends without an error and without the last frames, as one that was cut off does.
    const ffmpeg = script(
      'short',
      `case "$*" in *version*|*progress*) exec '${real}' "$@";; *) { head -c 27648; cat > /dev/null; } | '${real}' -y "$@";; esac`,
    );
    const error = await failure(from(frames(5)).pipe(toVideo(path, { fps: 25, ffmpeg })));
    expect(error).toMatchObject({
      code: 'SINK',
      message: expect.stringMatching(/only 3 of 5 frames can be read back/),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('refuses a frame of another size, and passes an error of its source on', async () => {
    const path = join(folder, 'sizes.mp4');
    const mixed = [...frames(2), ...frames(1, 32, 32)];
    const error = await failure(from(mixed).pipe(toVideo(path, { fps: 25 })));
    expect(error).toMatchObject({ code: 'SINK', message: expect.stringContaining('32×32') });
    const broken = new Error('broken');
    const source = concat(
      from(frames(2)),
      throwError(() => broken),
    );
    await expect(all(source.pipe(toVideo(path)))).rejects.toBe(broken);
    await expect.poll(() => leftovers()).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  it('keeps an older file until the new one is complete', async () => {
    const path = join(folder, 'old.mp4');
    writeFileSync(path, 'old');
    await new Promise<void>((done) => {
      const subscription = concat(from(frames(2)), NEVER)
        .pipe(toVideo(path, { fps: 25 }))
        .subscribe((frame) => {
          if (frame.sequence === 1) setImmediate(() => done(subscription.unsubscribe()));
        });
    });
    await expect.poll(() => leftovers()).toEqual([]);
    expect(existsSync(path)).toBe(true);
    await all(from(frames(2)).pipe(toVideo(path, { fps: 25 })));
    expect((await probeVideo(path)).codec).toBe('h264');
  });

  it('stops ffmpeg when it is unsubscribed', async () => {
    const note = join(folder, 'pid');
    const ffmpeg = fakeFfmpeg(
      folder,
      'stuck',
      `fs.writeFileSync(${JSON.stringify(note)}, String(process.pid)); hang();`,
    );
    const subscription = from(frames(50, 640, 480))
      .pipe(toVideo(join(folder, 'stuck.mp4'), { ffmpeg }))
      .subscribe();
    await expect.poll(() => existsSync(note) && Number(readFileSync(note, 'utf8')) > 0, { timeout: 5_000 }).toBe(true);
    const pid = Number(readFileSync(note, 'utf8'));
    expect(alive(pid)).toBe(true);
    subscription.unsubscribe();
    await expect.poll(() => alive(pid), { timeout: 3_000 }).toBe(false);
  });

  it('refuses invalid names and folders', async () => {
    for (const name of ['x', 'x.avi', 'x.mp4\0', '']) expect(() => toVideo(name), name).toThrow(IrisflowError);
    expect(() => toVideo('x.mp4', { fps: 0 })).toThrow(IrisflowError);
    writeFileSync(join(folder, 'file'), '');
    const error = await failure(of(...frames(1)).pipe(toVideo(join(folder, 'file/x.mp4'))));
    expect(error.code).toBe('SINK');
    mkdirSync(join(folder, 'taken.mp4'));
    expect((await failure(of(...frames(1)).pipe(toVideo(join(folder, 'taken.mp4'))))).code).toBe('SINK');
  });
});
