import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { take } from 'rxjs';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { fromSnapshots } from '../../src/streams/from-snapshots.js';
import { checkSnapshotDevice } from '../../src/streams/snapshot-camera.js';
import { alive } from '../processes.js';
import { all, failure, fakeFfmpeg, scratch } from './media.js';

const folder = scratch();
const photo = join(folder, 'photo.jpg');
await sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 200, g: 100, b: 50 } } }).toFile(photo);
const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith('irisflow-snapshots-'));

/** Puts a stand-in for fswebcam, which writes its last argument, in front of everything on PATH. */
function camera(body: string): string {
  rmSync(join(folder, 'fswebcam.calls'), { force: true });
  const start = `const to = args.at(-1); fs.appendFileSync(__filename + '.pids', process.pid + '\\n');
    const shoot = () => fs.copyFileSync(${JSON.stringify(photo)}, to);`;
  return fakeFfmpeg(folder, 'fswebcam', `${start}\n${body}`);
}

describe.runIf(process.platform === 'linux')('fromSnapshots', () => {
  const { PATH } = process.env;
  let before: string[] = [];
  beforeEach(() => {
    before = temporary();
    process.env.PATH = `${folder}${delimiter}${PATH}`;
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    await expect.poll(() => temporary().filter((name) => !before.includes(name)), { timeout: 3_000 }).toEqual([]);
  });

  it('takes one picture after another, never two at once, and removes them', async () => {
    camera(`const lock = __filename + '.lock'; fs.mkdirSync(lock); shoot(); fs.rmdirSync(lock); call();
      fs.writeFileSync(__filename + '.args', JSON.stringify(args));`);
    const size = { width: 32, height: 24 };
    const frames = await all(fromSnapshots('/dev/video7', { fps: 50, size }).pipe(take(3)));
    expect(frames.map((f) => [f.sequence, f.width, f.height])).toEqual([
      [0, 32, 24],
      [1, 32, 24],
      [2, 32, 24],
    ]);
    expect(frames[0]?.source).toBe('snapshots:/dev/video7');
    expect(Math.abs((frames[0]?.data[0] ?? 0) - 200)).toBeLessThan(5);
    const args = JSON.parse(readFileSync(join(folder, 'fswebcam.args'), 'utf8')) as string[];
    expect(args).toEqual(expect.arrayContaining(['-d', '/dev/video7', '-r', '32x24']));
  });

  it('continues after failures and a hang, and leaves no process running', async () => {
    const program = camera(`const n = call(); process.on('SIGTERM', () => {});
      if (n === 1) { say('stat: No such file or directory'); process.exit(0); }
      if (n === 2) { say('Error grabbing frame'); process.exit(1); }
      if (n === 3) { fs.writeFileSync(to, 'half a pic'); process.exit(0); }
      if (n === 4) hang(); else shoot();`);
    const losses: string[] = [];
    const frames = await all(
      fromSnapshots('/dev/video7', {
        fps: 50,
        silence: 2_500,
        retryDelay: 2,
        onRestart: ({ error }) => losses.push((error as Error).message),
      }).pipe(take(2)),
    );
    expect(frames.map((f) => f.sequence)).toEqual([0, 1]);
    expect(losses).toEqual([
      expect.stringContaining('No such file'),
      expect.stringContaining('Error grabbing frame'),
      expect.stringContaining('gave no picture'),
      expect.stringContaining('no frame for'),
    ]);
    const pids = readFileSync(`${program}.pids`, 'utf8').trim().split('\n').map(Number);
    await expect.poll(() => pids.filter(alive), { timeout: 3_000 }).toEqual([]);
  });

  it('reports the program to install, and the failure of the first picture', async () => {
    camera(`say('Device busy'); process.exit(2);`);
    expect(await failure(fromSnapshots('/dev/video7'))).toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('Device busy'),
    });
    rmSync(join(folder, 'fswebcam'));
    process.env.PATH = folder;
    expect(await failure(fromSnapshots())).toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('apt install fswebcam'),
    });
  });

  it('stops the program when it is unsubscribed', async () => {
    const program = camera('hang();');
    rmSync(`${program}.pids`, { force: true });
    const subscription = fromSnapshots().subscribe();
    const pid = () => {
      try {
        return Number(readFileSync(`${program}.pids`, 'utf8'));
      } catch {
        return 0;
      }
    };
    await expect.poll(pid, { timeout: 5_000 }).toBeGreaterThan(0);
    subscription.unsubscribe();
    await expect.poll(() => alive(pid()), { timeout: 3_000 }).toBe(false);
  });
});

describe('checkSnapshotDevice', () => {
  const hostile = [
    '',
    '-d',
    'a b',
    '/dev/video0;reboot',
    '$(reboot)',
    '`id`',
    'a|b',
    'a&b',
    'a>b',
    "a'b",
    'a"b',
    'a\nb',
    '~',
  ];

  it('refuses names that a shell could misread', () => {
    for (const name of hostile) {
      expect(() => checkSnapshotDevice(name, 'linux'), name).toThrow(IrisflowError);
      expect(() => checkSnapshotDevice(name, 'win32'), name).toThrow(IrisflowError);
      expect(() => fromSnapshots(name)).toThrow(IrisflowError);
    }
    for (const name of ['', '-w', "a' ; reboot '", 'a\\', 'a\nb']) {
      expect(() => checkSnapshotDevice(name, 'darwin'), name).toThrow(IrisflowError);
    }
    expect(checkSnapshotDevice('/dev/v4l/by-id/usb-046d_HD-index0', 'linux')).toContain('usb');
    expect(checkSnapshotDevice('FaceTime HD Camera (Built-in)', 'darwin')).toContain('HD');
    expect(checkSnapshotDevice('1', 'win32')).toBe('1');
    expect(() => fromSnapshots(undefined, { fps: 0 })).toThrow(IrisflowError);
  });
});
