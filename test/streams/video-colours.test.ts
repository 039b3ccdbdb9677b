import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFfmpeg } from '../../src/streams/ffmpeg/binary.js';
import { fromVideo } from '../../src/streams/from-video.js';
import { toVideo } from '../../src/streams/to-video.js';
import { all, binaries, failure, scratch, testVideo } from './media.js';

const folder = scratch();
const RED = [200, 40, 60];

/** Distance of the first pixel from the colour that was encoded. */
const away = (data: Uint8Array) => Math.max(...RED.map((value, i) => Math.abs((data[i] ?? 0) - value)));

describe.each(await binaries())('colours of a video with %s', (ffmpeg) => {
  it.each([
    ['untagged, 480 lines', 'bt601', '640x480', []],
    ['untagged, 720 lines', 'bt709', '1280x720', []],
    ['tagged BT.709, 480 lines', 'bt709', '640x480', ['-colorspace', 'bt709']],
    ['tagged BT.601, 720 lines', 'bt601', '1280x720', ['-colorspace', 'smpte170m']],
    ['full range', 'bt601:out_range=pc,format=yuvj420p', '640x480', ['-color_range', 'pc']],
  ])('are those of a player: %s', async (_name, matrix, size, tags) => {
    const path = join(folder, 'colour.mp4');
    const source = `color=c=0xC8283C:s=${size}:r=5,format=rgb24`;
    const filter = `scale=out_color_matrix=${matrix}${matrix.includes('format') ? '' : ',format=yuv420p'}`;
    const args = ['-frames:v', '2', '-vf', filter, ...tags, '-c:v', 'libx264', path];
    execFileSync((await findFfmpeg()).path, ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', source, ...args]);
    const read = await all(fromVideo(path, { pace: 'fast', ffmpeg }));
    expect(away(read[0]?.data ?? new Uint8Array(3))).toBeLessThanOrEqual(3);
    const live = await all(fromVideo(path, { ffmpeg }));
    expect(away(live[0]?.data ?? new Uint8Array(3))).toBeLessThanOrEqual(3);
    const copy = join(folder, 'copy.mp4');
    await all(fromVideo(path, { pace: 'fast', ffmpeg }).pipe(toVideo(copy, { ffmpeg })));
    const [again] = await all(fromVideo(copy, { pace: 'fast', ffmpeg }));
    expect(away(again?.data ?? new Uint8Array(3))).toBeLessThanOrEqual(3);
  });

  it('reads no other file that a playlist or list names', async () => {
    const secret = await testVideo(join(folder, 'secret.ts'));
    const lists = {
      hls: `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1.0,\nfile://${secret}\n#EXT-X-ENDLIST\n`,
      concat: `ffconcat version 1.0\nfile '${secret}'\n`,
    };
    for (const list of Object.values(lists)) {
      const path = join(folder, 'movie.mp4');
      writeFileSync(path, list);
      const error = await failure(fromVideo(path, { ffmpeg }));
      expect(error).toMatchObject({ code: 'INPUT', message: expect.stringContaining('entries are not followed') });
    }
  });
});
