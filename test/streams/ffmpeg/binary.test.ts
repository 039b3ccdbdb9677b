import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IrisflowError } from '../../../src/errors.js';
import { findFfmpeg } from '../../../src/streams/ffmpeg/binary.js';
import { fakeFfmpeg, scratch } from '../media.js';

const folder = scratch();
const { PATH, FFMPEG_PATH } = process.env;

afterEach(() => {
  process.env.PATH = PATH;
  if (FFMPEG_PATH === undefined) delete process.env.FFMPEG_PATH;
  else process.env.FFMPEG_PATH = FFMPEG_PATH;
});

describe.skipIf(process.platform === 'win32')('findFfmpeg', () => {
  it('prefers the option, then FFMPEG_PATH, then PATH, then the installed one', async () => {
    mkdirSync(join(folder, 'bin'));
    const mine = fakeFfmpeg(folder, 'mine', '');
    const other = fakeFfmpeg(folder, 'other', '');
    const system = fakeFfmpeg(join(folder, 'bin'), 'ffmpeg', '');
    process.env.PATH = join(folder, 'bin');
    process.env.FFMPEG_PATH = other;
    expect(await findFfmpeg(mine)).toMatchObject({ path: mine, origin: 'option' });
    expect(await findFfmpeg()).toMatchObject({ path: other, origin: 'FFMPEG_PATH' });
    delete process.env.FFMPEG_PATH;
    expect(await findFfmpeg()).toMatchObject({ path: system, origin: 'PATH' });
    process.env.PATH = folder;
    const last = await findFfmpeg().catch((error) => error);
    // Not every platform has an installed one; none is said so in one line.
    if (last instanceof IrisflowError) expect(last).toMatchObject({ code: 'INPUT' });
    else expect(last.origin).toBe('@ffmpeg-installer/ffmpeg');
  });

  it('skips a system ffmpeg that does not run, but never one that was configured', async () => {
    mkdirSync(join(folder, 'broken'));
    const broken = join(folder, 'broken/ffmpeg');
    writeFileSync(broken, '#!/bin/sh\nexit 1\n');
    chmodSync(broken, 0o755);
    const system = fakeFfmpeg(mkdirp(join(folder, 'good')), 'ffmpeg', '');
    process.env.PATH = `${join(folder, 'broken')}:${join(folder, 'good')}`;
    delete process.env.FFMPEG_PATH;
    expect((await findFfmpeg()).path).toBe(system);
    process.env.FFMPEG_PATH = broken;
    await expect(findFfmpeg()).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('FFMPEG_PATH'),
    });
    await expect(findFfmpeg(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('nowhere'),
    });
  });

  it('uses the option that each version supports, and checks a binary once', async () => {
    const old = fakeFfmpeg(folder, 'old', '');
    writeFileSync(
      old,
      `#!/bin/sh\necho x >> ${old}.calls\necho 'ffmpeg version N-47683'\necho 'libavformat    58. 24.100'\n`,
    );
    expect((await findFfmpeg(old)).passthrough).toEqual(['-vsync', 'passthrough']);
    expect(await findFfmpeg(old)).toBe(await findFfmpeg(old));
    const recent = fakeFfmpeg(folder, 'recent', '');
    expect((await findFfmpeg(recent)).passthrough).toEqual(['-fps_mode', 'passthrough']);
  });
});

function mkdirp(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
