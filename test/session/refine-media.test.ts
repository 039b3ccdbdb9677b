/** What `refineSource` does with media of many kinds: what it proves, keeps, says and refuses. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../src/runs/checkpoint.js';
import type { RefineSourceOptions } from '../../src/session/options.js';
import { refineSource } from '../../src/session/refine-source.js';
import { findFfmpeg } from '../../src/streams/ffmpeg/binary.js';
import { readTimeline } from '../../src/streams/ffmpeg/timeline.js';
import { fromVideo } from '../../src/streams/from-video.js';
import { reference, simgan, tiny } from '../models/tiny.js';

const SLOW = 60_000;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-refine-media-'));
  const training = await simgan.createTraining(reference, tiny());
  await saveCheckpoint(join(folder, 'run'), training.snapshot());
  await training.dispose();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

/** Makes a video of `source`, of ffmpeg's own. */
async function video(name: string, source: string, ...args: string[]): Promise<string> {
  const { path } = await findFfmpeg();
  const input = ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', source];
  execFileSync(path, [...input, ...args, at(name)], { stdio: ['ignore', 'ignore', 'inherit'] });
  return at(name);
}

async function picture(name: string, red = 200): Promise<void> {
  mkdirSync(join(at(name), '..'), { recursive: true });
  const create = { width: 32, height: 32, channels: 3, background: { r: red, g: 0, b: 0 } } as const;
  await sharp({ create }).toFile(at(name));
}

/** Refines and returns what was said. */
async function refined(source: string, output: string, more: Partial<RefineSourceOptions> = {}) {
  const work = await refineSource({ source: at(source), output: at(output), run: at('run'), crop: 'eyes', ...more });
  const said = lastValueFrom(work.events.pipe(toArray()), { defaultValue: [] });
  await work.done;
  const { frames } = work.summary();
  return { frames, said: (await said).map(({ message }) => message) };
}

/** Times of the frames in milliseconds since the first. */
async function times(name: string): Promise<number[]> {
  const frames = await lastValueFrom(fromVideo(at(name), { pace: 'fast' }).pipe(toArray()));
  return frames.map(({ pts = 0 }) => (pts - (frames[0]?.pts ?? 0)) / 1_000);
}

describe('refineSource', { timeout: SLOW }, () => {
  it.each([
    ['mp4', ['-movflags', '+faststart']],
    ['mkv', []],
  ])('refuses a .%s that is cut off, and leaves the earlier output', async (kind, flags) => {
    const path = await video(`cut.${kind}`, 'testsrc2=s=160x120:r=24:d=2', '-c:v', 'libx264', ...flags);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    writeFileSync(at(`old-${kind}.mp4`), 'old');
    await expect(refined(`cut.${kind}`, `old-${kind}.mp4`)).rejects.toMatchObject({
      code: 'SOURCE',
      message: expect.stringMatching(/is cut off: it announces 4[89] frames, but has only \d\d/),
    });
    expect(readFileSync(at(`old-${kind}.mp4`), 'utf8')).toBe('old');
  });

  it.each([['24000/1001'], ['1/15'], ['30'], ['12.5']])('keeps the rate %s', async (rate) => {
    const [num = 0, den = 1] = rate.split('/').map(Number);
    const path = await video('rate.mp4', `testsrc2=s=64x48:r=${rate}`, '-frames:v', '20', '-c:v', 'libx264');
    await refined('rate.mp4', 'rate-out.mp4');
    const { rate: kept } = await readTimeline(at('rate-out.mp4'), await findFfmpeg());
    expect(kept).toBeCloseTo(num / den, 6);
    expect((await readTimeline(path, await findFfmpeg())).rate).toBeCloseTo(num / den, 6);
  });

  it.each(['mp4', 'webm', 'mkv'])('shows each frame when the input does, of a variable rate, in .%s', async (kind) => {
    const uneven = "setpts='if(lt(N,10),N/30,0.4+(N-10)/12)/TB'";
    const { passthrough } = await findFfmpeg();
    const args = ['-frames:v', '20', '-vf', uneven, ...passthrough, '-enc_time_base', '1:1000', '-c:v', 'libx264'];
    await video('uneven.mkv', 'testsrc2=s=64x48:r=30', ...args);
    const output = `uneven-out.${kind}`;
    expect((await refined('uneven.mkv', output)).frames).toBe(20);
    const [given, kept] = [await times('uneven.mkv'), await times(output)];
    expect(kept).toHaveLength(20);
    for (const [i, time] of kept.entries()) expect(Math.abs(time - (given[i] ?? 0))).toBeLessThanOrEqual(1);
  });

  it('says in one sentence what the output does not hold', async () => {
    const sound = ['-f', 'lavfi', '-i', 'sine=440:d=0.4', '-c:a', 'aac', '-metadata', 'title=Portrait'];
    await video('sound.mp4', 'testsrc2=s=64x48:r=10:d=0.4', ...sound, '-c:v', 'libx264');
    const { said } = await refined('sound.mp4', 'silent');
    expect(said).toEqual([
      `${at('silent')} does not hold the sound (aac), the metadata (title) and the times of its frames of ${at('sound.mp4')}`,
    ]);
  });

  it.each([
    ['smpte2084', 'PQ'],
    ['arib-std-b67', 'HLG'],
  ])('tone-maps %s and says so', async (transfer, name) => {
    const tags = ['-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_trc', transfer];
    const filters = `zscale=min=709:tin=709:pin=709:rin=tv:p=2020:t=${transfer}:m=2020_ncl:npl=203,format=yuv420p10le`;
    const plain = 'scale=out_color_matrix=bt709,format=yuv420p,setsar=1';
    await video('hdr.mkv', 'color=c=0xC02020:s=64x48:r=5:d=0.6', '-vf', `${plain},${filters}`, ...tags, '-c:v', 'ffv1');
    const { said } = await refined('hdr.mkv', 'hdr.mp4');
    expect(said.join()).toContain(`(HDR, ${name}, which is tone-mapped)`);
    const [frame] = await lastValueFrom(fromVideo(at('hdr.mp4'), { pace: 'fast' }).pipe(toArray()));
    for (const [i, value] of [0xc0, 0x20, 0x20].entries()) {
      expect(Math.abs((frame?.data[i] ?? 0) - value)).toBeLessThanOrEqual(30);
    }
  });

  it('deinterlaces, and says so', async () => {
    const args = ['-vf', 'interlace', '-flags', '+ilme+ildct', '-c:v', 'mpeg2video', '-top', '1'];
    await video('fields.mpg', 'testsrc2=s=64x48:r=50:d=0.4', ...args);
    const { frames, said } = await refined('fields.mpg', 'fields.mp4');
    expect(frames).toBe(10);
    expect(said.join()).toContain('interlacing');
  });

  it('keeps the folders that pictures are labelled by, and counts what it does not read', async () => {
    for (const name of ['data/open/1.png', 'data/shut/1.png']) await picture(name);
    for (const name of ['data/a.heic', 'data/open/b.HEIC', 'data/c.bmp', 'data/d.jfif', 'data/notes.txt']) {
      writeFileSync(at(name), 'x');
    }
    const { said } = await refined('data', 'labelled');
    expect(readdirSync(at('labelled'), { recursive: true }).sort()).toEqual([
      'open',
      'open/1.png',
      'shut',
      'shut/1.png',
    ]);
    expect(said).toEqual([expect.stringMatching(/^4 pictures are of a kind that is not read \(.*2 .heic/)]);
  });

  it('gives the same the second time where the output is inside the input, and replaces no other picture there', async () => {
    for (const name of ['twice/a.png', 'twice/b/c.png']) await picture(name);
    for (let i = 0; i < 2; i++) expect((await refined('twice', 'twice/out')).frames).toBe(2);
    expect(readdirSync(at('twice/out'), { recursive: true }).sort()).toEqual(['a.png', 'b', 'b/c.png']);
    // A picture of the user's own with the name of an output is no output.
    await picture('twice/out/b/c.png');
    await expect(refined('twice', 'twice/out')).rejects.toMatchObject({ code: 'USAGE' });
    rmSync(at('twice/out/b/c.png'));
    await picture('twice/out/precious.png');
    await expect(refined('twice', 'twice/out')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('makes a video of pictures at a fixed rate', async () => {
    for (let i = 0; i < 6; i++) await picture(`film/${i}.png`, i * 40);
    const rateOf = async (name: string) => (await readTimeline(at(name), await findFfmpeg())).rate;
    await refined('film', 'film.mp4');
    expect(await rateOf('film.mp4')).toBe(25);
    await refined('film', 'slow.mp4', { fps: 2 });
    expect(await rateOf('slow.mp4')).toBe(2);
    await expect(refined('film', 'films', { fps: 2 })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('says which pictures have transparency, animation or metadata', async () => {
    mkdirSync(at('rich'));
    const clear = { width: 16, height: 16, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } as const;
    await sharp({ create: clear }).toFile(at('rich/a.png'));
    await sharp({ create: { ...clear, channels: 3 } })
      .withExif({ IFD0: { Artist: 'A' } })
      .toFile(at('rich/b.jpg'));
    const { said } = await refined('rich', 'plain');
    expect(said.join()).toContain('does not hold the transparency of 1 picture and the metadata of 1 picture of');
  });
});
