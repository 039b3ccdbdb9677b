import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { concatMap, delay, map, of, take } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Frame } from '../../src/frame.js';
import { findFfmpeg } from '../../src/streams/ffmpeg/binary.js';
import { fromVideo } from '../../src/streams/from-video.js';
import { alive } from '../processes.js';
import { all, binaries, FACE_VIDEO, failure, fakeFfmpeg, scratch, testVideo } from './media.js';

const folder = scratch();
const small = await testVideo(join(folder, 'small.mp4'));
const bytes = (frame: Frame) => Buffer.from(frame.data).toString('base64');

describe.each(await binaries())('fromVideo with %s', (ffmpeg) => {
  it('emits every frame of a file in order, and completes', async () => {
    const frames = await all(fromVideo(small, { pace: 'fast', ffmpeg }));
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(frames.map(bytes)).size).toBe(10);
    expect(frames[0]).toMatchObject({ width: 64, height: 48, source: small });
    expect(frames[0]?.data.length).toBe(64 * 48 * 3);
    expect(Math.abs(Date.now() - (frames[9]?.time ?? 0))).toBeLessThan(10_000);
  });

  it('loops without losing a frame or resetting sequence', async () => {
    const frames = await all(fromVideo(small, { pace: 'fast', loop: true, ffmpeg }).pipe(take(25)));
    expect(frames.map((f) => f.sequence)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(frames.slice(10, 20).map(bytes)).toEqual(frames.slice(0, 10).map(bytes));
  });

  it('skips, thins out and scales', async () => {
    const frames = await all(fromVideo(small, { pace: 'fast', start: 0.5, ffmpeg }));
    expect(frames).toHaveLength(5);
    const thin = await all(fromVideo(small, { pace: 'fast', fps: 5, ffmpeg }));
    expect(thin).toHaveLength(5);
    const same = await all(fromVideo(small, { pace: 'fast', fps: 30, ffmpeg }));
    expect(same).toHaveLength(10);
    const sizes = [
      { size: { width: 32 }, is: [32, 24] },
      { size: { height: 12 }, is: [16, 12] },
      { size: { width: 30, height: 30 }, is: [30, 23] },
      { size: { width: 30, height: 30, fit: 'cover' }, is: [30, 30] },
      { size: { width: 31, height: 77, fit: 'fill' }, is: [31, 77] },
    ] as const;
    for (const { size, is } of sizes) {
      const [frame] = await all(fromVideo(small, { pace: 'fast', size, ffmpeg }).pipe(take(1)));
      expect([frame?.width, frame?.height]).toEqual(is);
    }
  });

  it('reads odd sizes, narrow pixels and a file named like an option', async () => {
    const odd = await testVideo(join(folder, '-odd concat:.mkv'), {
      size: '63x47',
      frames: 2,
      extra: ['-vf', 'setsar=2', '-c:v', 'ffv1', '-pix_fmt', 'yuv444p'],
    });
    const frames = await all(fromVideo(odd, { pace: 'fast', ffmpeg }));
    expect(frames.map((f) => [f.width, f.height])).toEqual([
      [126, 47],
      [126, 47],
    ]);
  });

  it('loses nothing when the consumer is slow: a held file waits', async () => {
    const owner = {};
    let inside = 0;
    const slow = fromVideo(small, { pace: 'fast', loop: true, size: { width: 4 }, ffmpeg }).pipe(
      take(60),
      map((frame) => {
        frame.flow?.hold(owner);
        inside++;
        expect(inside).toBe(1);
        return frame;
      }),
      concatMap((frame) => of(frame).pipe(delay(1))),
      map((frame) => {
        inside--;
        frame.flow?.release(owner);
        return frame;
      }),
    );
    const frames = await all(slow);
    expect(frames.map((f) => f.sequence)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });
});

describe.each(await binaries())('fromVideo of a live address with %s', (ffmpeg) => {
  it('reconnects when the server closes the connection, and continues sequence', async () => {
    const shades = [40, 120, 200];
    const pictures = await Promise.all(
      shades.map((v) =>
        sharp({ create: { width: 64, height: 48, channels: 3, background: { r: v, g: v, b: v } } })
          .jpeg()
          .toBuffer(),
      ),
    );
    let connections = 0;
    const server = createServer((request, response) => {
      connections++;
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
      let sent = 0;
      const send = setInterval(() => {
        const picture = pictures[sent++ % 3] as Buffer;
        response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
        response.write(picture);
        response.write('\r\n');
        // Not while the address is looked at first, or it would seem to have an end.
        if (connections > 1 && sent === 30) response.end();
      }, 5);
      response.on('close', () => clearInterval(send));
      request.on('error', () => {});
    });
    const port = await listening(server);
    let losses = 0;
    const frames = await all(
      fromVideo(`http://127.0.0.1:${port}/live.mjpg`, { ffmpeg, retryDelay: 5, onRestart: () => losses++ }).pipe(
        take(70),
      ),
    );
    server.closeAllConnections();
    server.close();
    expect(frames.map((f) => f.sequence)).toEqual(Array.from({ length: 70 }, (_, i) => i));
    expect(losses).toBeGreaterThanOrEqual(2);
    expect(frames[0]).toMatchObject({ width: 64, height: 48 });
    expect(frames[0]?.flow).toBeUndefined();
  });
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('fromVideo', () => {
  it('paces a file by its own clock', async () => {
    const before = performance.now();
    await all(fromVideo(small).pipe(take(6)));
    // Five frame periods of 100 ms lie between the first and the sixth.
    expect(performance.now() - before).toBeGreaterThan(450);
  });

  it('starts a process for each subscription and none before', async () => {
    const frames = fromVideo(small, { pace: 'fast' });
    const [a, b] = await Promise.all([all(frames), all(frames)]);
    expect(a).toHaveLength(10);
    expect(b).toHaveLength(10);
  });

  it('stops ffmpeg when it is unsubscribed, held or not', async () => {
    const pids = () =>
      execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, parent, ...args]) => parent === String(process.pid) && args.join(' ').includes(FACE_VIDEO))
        .map(([pid]) => Number(pid));
    for (const hold of [false, true]) {
      const frame = await new Promise<number[]>((resolve) => {
        const subscription = fromVideo(FACE_VIDEO).subscribe((first) => {
          if (hold) first.flow?.hold({});
          const running = pids();
          setImmediate(() => {
            subscription.unsubscribe();
            resolve(running);
          });
        });
      });
      expect(frame).toHaveLength(1);
      await expect.poll(() => frame.filter(alive), { timeout: 2_000, interval: 20 }).toEqual([]);
    }
  });

  it('can be unsubscribed before ffmpeg has started', async () => {
    const subscription = fromVideo(small).subscribe(() => expect.unreachable());
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
  });

  it('aborts the probe when it is unsubscribed', async () => {
    const note = join(folder, 'asked');
    const body = `fs.writeFileSync(${JSON.stringify(note)}, String(process.pid)); hang();`;
    const ffmpeg = fakeFfmpeg(folder, 'ponders', body);
    const subscription = fromVideo(small, { ffmpeg }).subscribe();
    await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8') !== '', { timeout: 5_000 }).toBe(true);
    subscription.unsubscribe();
    await expect.poll(() => alive(Number(readFileSync(note, 'utf8'))), { timeout: 2_000 }).toBe(false);
  });

  it('reports files that are not videos in one line', async () => {
    writeFileSync(join(folder, 'text.txt'), 'hello\n'.repeat(100));
    writeFileSync(join(folder, 'noise.mp4'), Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251)));
    writeFileSync(join(folder, 'empty.mp4'), '');
    writeFileSync(join(folder, 'cut.mp4'), readFileSync(small).subarray(0, 900));
    const { path: ffmpeg } = await findFfmpeg();
    execFileSync(ffmpeg, ['-loglevel', 'error', '-f', 'lavfi', '-i', 'sine=duration=0.1', join(folder, 'sound.wav')]);
    execFileSync(ffmpeg, ['-loglevel', 'error', '-i', small, '-frames:v', '1', join(folder, 'picture.png')]);
    const cases = {
      'missing.mp4': /There is no file/,
      'text.txt': /text file/,
      'noise.mp4': /not a video that ffmpeg can read/,
      'empty.mp4': /is empty/,
      'cut.mp4': /is incomplete: its index \(moov\) is missing/,
      'sound.wav': /has no video/,
      'picture.png': /picture/,
      '.': /is a folder/,
    };
    for (const [name, message] of Object.entries(cases)) {
      const error = await failure(fromVideo(join(folder, name)));
      expect([error.code, error.message]).toEqual(['INPUT', expect.stringMatching(message)]);
      expect(error.message).not.toContain('\n');
    }
    expect((await failure(fromVideo(small, { start: 5 }))).message).toMatch(/ends after 1 s/);
  });

  it('refuses wrong options at once', () => {
    const wrong = [
      { pace: 'slow' },
      { fps: 0 },
      { fps: Number.NaN },
      { start: -1 },
      { size: {} },
      { size: { width: 0.5 } },
      { size: { width: 9, fit: 'x' } },
      { retries: -1 },
      { silence: 0 },
    ];
    for (const options of wrong) {
      expect(() => fromVideo(small, options as object), JSON.stringify(options)).toThrow(IrisflowError);
    }
    expect(() => fromVideo('')).toThrow(IrisflowError);
  });

  it('fails with the tail of stderr when ffmpeg crashes while decoding', async () => {
    const info = 'Input #0, x, from x:\\n  Duration: 00:00:09.00\\n    Stream #0:0: Video: h264, yuv420p, 4x2, 9 fps';
    const ffmpeg = fakeFfmpeg(
      folder,
      'dies',
      `if (!args.includes('pipe:1')) { say('${info}'); process.exit(1); }
       out(1); out(2); fs.writeSync(1, 'P6'); say('the disk is on fire'); process.exit(3);`,
    );
    const seen: number[] = [];
    const error = await failure(fromVideo(small, { ffmpeg }).pipe(map((f) => seen.push(f.data[0] ?? -1))));
    expect(seen).toEqual([1, 2]);
    expect(error.code).toBe('SOURCE');
    expect(error.message).toMatch(/middle of a frame: the disk is on fire/);
    expect(String((error.cause as Error).message)).toContain('the disk is on fire');
  });

  const known = `if (!args.includes('pipe:1')) { say('Input #0, x, from x:\\n  Duration: 00:00:09.00\\n    Stream #0:0: Video: h264, yuv420p, 4x2, 9 fps'); process.exit(1); }`;

  it('starts the decoder of a looping file again when it is killed, hangs or ends, and tells of each loss and return', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'mortal',
      `${known} const n = call(); out(n * 2); out(n * 2 + 1);
       if (n === 1) process.kill(process.pid, 'SIGKILL'); else if (n === 2) hang(); else if (n === 3) process.exit(0);`,
    );
    const told: string[] = [];
    const source = fromVideo(small, {
      ffmpeg,
      loop: true,
      silence: 2_500,
      retryDelay: 5,
      onRestart: ({ error }) => told.push((error as Error).message),
      onReturn: () => told.push('back'),
    });
    const frames = await all(source.pipe(take(8)));
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(told.filter((message) => message === 'back')).toHaveLength(3);
    expect(told.join()).toMatch(/exited with code 0,back,.*killed by SIGKILL,back,.*sent no frame for 3 s,back/);
  });

  it('fails where the decoder of a file that is read once hangs, but waits for whoever holds it', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'stuck', `${known} out(1); out(2); hang();`);
    const error = await failure(fromVideo(small, { ffmpeg, silence: 300 }));
    expect(error).toMatchObject({ code: 'SOURCE', message: expect.stringContaining('sent no frame') });
    const owner = {};
    let outcome: unknown;
    const held = fromVideo(small, { ffmpeg, silence: 300 }).subscribe({
      next: ({ flow }) => flow?.hold(owner),
      error: (reason) => {
        outcome = reason;
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(outcome).toBeUndefined();
    held.unsubscribe();
  });

  it('reports a missing ffmpeg where the option names none', async () => {
    const error = await failure(fromVideo(small, { ffmpeg: join(folder, 'nowhere') }));
    expect(error.code).toBe('INPUT');
    expect(error.message).toContain('nowhere');
  });

  it('plays a finite video from a web server like a file', async () => {
    const video = readFileSync(small);
    const server = createServer((_, response) => response.end(video));
    const port = await listening(server);
    try {
      const url = `http://user:secret@127.0.0.1:${port}/small.mp4`;
      const frames = await all(fromVideo(url, { pace: 'fast' }));
      expect(frames).toHaveLength(10);
      expect(frames[0]?.source).not.toContain('secret');
      const error = await failure(fromVideo(url.replace(/:\d+\//, ':1/')));
      expect(error.code).toBe('INPUT');
      expect(error.message).not.toContain('secret');
    } finally {
      server.close();
    }
  });

  it('reconnects when a live address is lost', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'live',
      `const n = call(); out(n * 2); out(n * 2 + 1); if (n === 1) hang(); else if (n === 2) process.exit(1);`,
    );
    const losses: string[] = [];
    const source = fromVideo('rtsp://u:secret@camera/1', {
      ffmpeg,
      retryDelay: 5,
      silence: 2_500,
      onRestart: ({ error }) => losses.push((error as Error).message),
    });
    const frames = await all(source.pipe(take(8)));
    expect(frames.map((f) => f.data[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(frames[0]?.flow).toBeUndefined();
    expect(losses).toHaveLength(3);
    expect(losses[1]).toMatch(/sent no frame for 2500 ms/);
    expect(losses.join()).not.toContain('secret');
  });

  it('fails at once when a live address never worked', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'never', `say('Connection refused'); process.exit(1);`);
    const error = await failure(fromVideo('rtsp://camera/1', { ffmpeg, retryDelay: 1 }));
    expect(error).toMatchObject({ code: 'INPUT', message: expect.stringContaining('Connection refused') });
  });
});
