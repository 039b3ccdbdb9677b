import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { openOutput } from '../../src/session/refine-output.js';

let folder: string;
let picture: string;
let video: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'irisflow-output-')));
  mkdirSync(join(folder, 'in'));
  picture = join(folder, 'in', 'a.png');
  video = join(folder, 'in', 'v.mp4');
  for (const file of [picture, video]) writeFileSync(file, 'precious');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pictures = () => ({ paths: [picture], pictures: true, fps: undefined });
const film = () => ({ paths: [video], pictures: false, fps: 25 });
const frame = (source: string, sequence: number): Frame => ({
  data: new Uint8Array(16 * 16 * 3),
  width: 16,
  height: 16,
  time: 0,
  sequence,
  source,
});

describe('openOutput', () => {
  it.each(['in', 'in/../in/', 'link'])('refuses the folder of the input, written as %s', async (name) => {
    symlinkSync(join(folder, 'in'), join(folder, 'link'));
    await expect(openOutput(join(folder, name), pictures())).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('would be replaced'),
    });
  });

  it.each(['in/v.mp4', 'link/v.mp4', 'link.mp4'])('refuses the video of the input, written as %s', async (name) => {
    symlinkSync(join(folder, 'in'), join(folder, 'link'));
    symlinkSync(video, join(folder, 'link.mp4'));
    await expect(openOutput(join(folder, name), film())).rejects.toMatchObject({ code: 'USAGE' });
  });

  it.each(['out.avi', 'out.png', 'OUT.GIF'])(
    'refuses %s, which is neither a folder nor a kind it writes',
    async (name) => {
      await expect(openOutput(join(folder, name), film())).rejects.toThrow(/must end in \.mp4/);
    },
  );

  it('refuses a file in place of a folder, and a folder in place of a video', async () => {
    writeFileSync(join(folder, 'notes'), '');
    mkdirSync(join(folder, 'clips.mp4'));
    await expect(openOutput(join(folder, 'notes'), pictures())).rejects.toThrow(/notes is a file/);
    await expect(openOutput(join(folder, 'clips.mp4'), film())).rejects.toThrow(/clips\.mp4 is a folder/);
  });

  it('names pictures after the input, and numbers the frames of a video', async () => {
    const out = join(folder, 'new', 'out');
    await lastValueFrom(from([frame('x/a.b.jpg', 0)]).pipe(await openOutput(out, pictures())));
    await lastValueFrom(from([frame('x/v.mp4', 7)]).pipe(await openOutput(out, film())));
    expect(readdirSync(out).sort()).toEqual(['a.b.png', 'v-000007.png']);
  });
});
