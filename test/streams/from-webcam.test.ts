import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { fromWebcam } from '../../src/streams/from-webcam.js';
import { alive } from '../processes.js';
import { all, failure, fakeFfmpeg, scratch } from './media.js';

const folder = scratch();
/** Writes the process id of each call next to the script, so that the test can look for it. */
const NOTE = `fs.appendFileSync(__filename + '.pids', process.pid + '\\n');`;
const pids = (script: string) => readFileSync(`${script}.pids`, 'utf8').trim().split('\n').map(Number);
// Any file that is there will do as a device: the stand-in does not open it.
const device = '/dev/null';

describe.skipIf(process.platform === 'win32')('fromWebcam', () => {
  it('restarts after an exit, a hang and an incomplete frame, and leaves no process running', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'moody',
      `${NOTE} const n = call(); process.on('SIGTERM', () => {});
       if (n === 0) { out(0); say('unplugged'); process.exit(1); }
       if (n === 1) { out(1); hang(); }
       if (n === 2) { out(2); fs.writeSync(1, 'P6\\n4 2\\n255\\nabc'); process.exit(0); }
       if (n === 3) { out(3); fs.writeSync(1, 'not a picture at all, just noise that goes on'); hang(); }
       if (n > 3) { out(4); setInterval(() => out(5), 50); }`,
    );
    const losses: string[] = [];
    const frames = await all(
      fromWebcam(device, {
        ffmpeg,
        silence: 2_500,
        retryDelay: 5,
        onRestart: ({ error }) => losses.push((error as Error).message),
      }).pipe(take(6)),
    );
    expect(frames.map((f) => f.data[0])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(frames.map((f) => f.sequence)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(frames[0]).toMatchObject({ source: `webcam:${device}`, width: 4, height: 2 });
    expect(losses).toEqual([
      expect.stringContaining('unplugged'),
      expect.stringContaining('no frame for 2500 ms'),
      expect.stringContaining('middle of a frame'),
      expect.stringContaining('not a picture'),
    ]);
    // All of them ignore SIGTERM and must be killed.
    await expect.poll(() => pids(ffmpeg).filter(alive), { timeout: 3_000 }).toEqual([]);
    expect(pids(ffmpeg)).toHaveLength(5);
  });

  it('restarts only when the last process has ended', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'single',
      `${NOTE} const lock = __filename + '.lock'; const n = call();
       if (fs.existsSync(lock)) { say('Device or resource busy'); process.exit(1); }
       fs.writeFileSync(lock, ''); out(n);
       process.on('SIGTERM', () => setTimeout(() => { fs.rmSync(lock); process.exit(255); }, 200)); hang();`,
    );
    const losses: string[] = [];
    const onRestart = ({ error }: { error: unknown }) => losses.push((error as Error).message);
    const frames = await all(fromWebcam(device, { ffmpeg, silence: 2_500, retryDelay: 1, onRestart }).pipe(take(2)));
    expect(frames.map((f) => f.data[0])).toEqual([0, 1]);
    expect(losses.join()).not.toContain('busy');
  });

  it('keeps trying while ffmpeg itself is missing, once it has worked', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'brief', `out(7); process.exit(1);`);
    let restarts = 0;
    const frames = await all(
      fromWebcam(device, {
        ffmpeg,
        retryDelay: 2,
        onRestart: ({ error }) => {
          restarts++;
          if (restarts === 1) rmSync(ffmpeg);
          if (restarts === 3) fakeFfmpeg(folder, 'brief', `out(8); hang();`);
          if (restarts === 2) expect((error as Error).message).toContain('could not be started');
        },
      }).pipe(take(2)),
    );
    expect(frames.map((f) => f.data[0])).toEqual([7, 8]);
    expect(restarts).toBe(3);
  });

  it('gives up after the retries allowed, with the tail of stderr', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'dying', `if (call() === 0) out(1); say('no signal'); process.exit(1);`);
    const error = await failure(fromWebcam(device, { ffmpeg, retries: 1, retryDelay: 1 }));
    expect(error).toMatchObject({ code: 'SOURCE', message: expect.stringContaining('no signal') });
    expect(String(((error.cause as Error).cause as Error).message)).toContain('ffmpeg said:\nno signal');
  });

  it('opens the camera without size and rate when it refuses them', async () => {
    const ffmpeg = fakeFfmpeg(
      folder,
      'picky',
      `call(); if (args.includes('-video_size') || args.includes('-framerate')) { say('not supported'); process.exit(1); }
       out(1); hang();`,
    );
    const size = { width: 1280, height: 720 };
    const [frame] = await all(fromWebcam(device, { ffmpeg, size, fps: 30 }).pipe(take(1)));
    expect(frame?.data[0]).toBe(1);
    expect(readFileSync(`${ffmpeg}.calls`, 'utf8')).toBe('3');
  });

  it('passes a device name as one argument, shell characters and all', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'echo', `say(JSON.stringify(args)); process.exit(1);`);
    const odd = join(folder, 'cam $(touch x); `y` "z"');
    const path = fakeFfmpeg(folder, 'cam $(touch x); `y` "z"', '');
    expect(path).toBe(odd);
    const error = await failure(fromWebcam(odd, { ffmpeg }));
    expect(error.message).toContain(JSON.stringify(odd).slice(0, 60));
  });

  it.runIf(process.platform === 'linux')('says what there is when there is no such camera', async () => {
    const error = await failure(fromWebcam('/dev/video99'));
    expect(error).toMatchObject({ code: 'INPUT', message: expect.stringContaining('There is no camera /dev/video99') });
    expect(await failure(fromWebcam('99'))).toMatchObject({ message: expect.stringContaining('/dev/video99') });
  });

  it.runIf(process.platform === 'linux')('says what the real ffmpeg says of a file that is no camera', async () => {
    const error = await failure(fromWebcam('/dev/null'));
    expect(error).toMatchObject({ code: 'INPUT', message: expect.stringMatching(/Inappropriate ioctl/) });
  });

  it('refuses wrong names and options at once', () => {
    for (const name of ['', '-i', 'a\nb', '\u0000', 'x'.repeat(300)]) {
      expect(() => fromWebcam(name), JSON.stringify(name)).toThrow(IrisflowError);
    }
    for (const options of [{ fps: 0 }, { size: {} }, { retries: -1 }, { retryDelay: 0 }]) {
      expect(() => fromWebcam(undefined, options)).toThrow(IrisflowError);
    }
  });
});
