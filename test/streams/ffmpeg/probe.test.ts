import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProbe, probeVideo } from '../../../src/streams/ffmpeg/probe.js';
import { binaries, FACE_VIDEO, fakeFfmpeg, scratch, testVideo } from '../media.js';

const folder = scratch();
const video = (stream: string, ...after: string[]) =>
  parseProbe([
    "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/x.mp4':",
    '  Duration: 01:02:03.50, start: 0.000000, bitrate: 135 kb/s',
    `  Stream #0:0[0x1](und): Video: ${stream}`,
    ...after,
  ]);

describe.each(await binaries())('probeVideo with %s', (ffmpeg) => {
  it('reads a real file', async () => {
    expect(await probeVideo(FACE_VIDEO, { ffmpeg })).toEqual({
      width: 360,
      height: 288,
      fps: 24,
      duration: 200,
      codec: 'h264',
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
    });
  });

  it('reads the displayed size of a file with odd sides and narrow pixels', async () => {
    const extra = ['-vf', 'setsar=1/2', '-c:v', 'ffv1', '-pix_fmt', 'yuv444p'];
    const path = await testVideo(join(folder, 'odd.mkv'), { size: '33x17', rate: 15, frames: 3, extra });
    expect(await probeVideo(path, { ffmpeg })).toMatchObject({ width: 17, height: 17, fps: 15, codec: 'ffv1' });
  });
});

describe.each(await binaries())('an input that is no video, with %s', (ffmpeg) => {
  const named = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const hls = (entry: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1.0,\n${entry}\n#EXT-X-ENDLIST\n`;

  it.each([
    ['a playlist named as a video', () => named('hls.mp4', hls(`file://${FACE_VIDEO}`)), /playlist \(hls/],
    ['a playlist beside its video', () => named('near.m3u8', hls('near.ts')), /playlist/],
    ['a playlist of addresses', () => named('far.mkv', hls('http://127.0.0.1:9/x.ts')), /playlist/],
    ['a list of files', () => named('list.avi', `ffconcat version 1.0\nfile '${FACE_VIDEO}'\n`), /playlist \(concat/],
    [
      'a description of a stream',
      () => named('s.mov', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n'),
      /playlist|not a video|no video/,
    ],
    [
      'a drawing',
      () => named('d.mp4', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /not a video/,
    ],
  ])('%s is refused, and nothing that it names is read', async (_, make, message) => {
    await expect(probeVideo(make(), { ffmpeg, timeout: 5000 })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(message),
    });
  });
});

describe('probeVideo', () => {
  it('has a timeout', async () => {
    const ffmpeg = fakeFfmpeg(folder, 'hangs', 'hang();');
    await expect(probeVideo(FACE_VIDEO, { ffmpeg, timeout: 300 })).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringContaining('no answer in 300 ms'),
    });
  });
});

describe('parseProbe', () => {
  it('applies rotation to the size', () => {
    const stream = 'h264 (High), yuv420p(tv, bt709), 1920x1080 [SAR 1:1 DAR 16:9], 9 kb/s, 29.97 fps, 30 tbr (default)';
    expect(video(stream)).toMatchObject({ width: 1920, height: 1080, fps: 29.97, duration: 3_723.5 });
    expect(video(stream, '    Side data:', '      displaymatrix: rotation of -90.00 degrees')).toMatchObject({
      width: 1080,
      height: 1920,
    });
    expect(video(stream, '    Metadata:', '      rotate          : 270')).toMatchObject({ width: 1080, height: 1920 });
    expect(video(stream, '      rotate          : 180')).toMatchObject({ width: 1920, height: 1080 });
    // Of another stream.
    expect(video(stream, '  Stream #0:1: Audio: aac', '      rotate : 90')).toMatchObject({ width: 1920 });
  });

  it('says that an index is missing, and that a video is too large', () => {
    expect(parseProbe(['[mov,mp4 @ 0x1] moov atom not found', 'x: Invalid data'])).toMatch(/incomplete.*moov/);
    expect(video('ffv1, bgr0, 17000x64, 25 fps')).toMatch(/17000x64 pixels.*16384/);
  });

  it('reads unusual output', () => {
    expect(video('mjpeg (MJPG / 0x4750), yuvj422p(pc), 640x480, 1k fps, 1k tbr')).toMatchObject({ fps: 1_000 });
    expect(video('vp9, yuv420p, 720x576 [SAR 16:15 DAR 4:3], 25 tbr')).toMatchObject({ width: 768, fps: 25 });
    expect(video('h264, yuv420p, 720x576 [SAR 1:1 DAR 5:4], SAR 16:15 DAR 4:3, 25 fps')).toMatchObject({ width: 768 });
    expect(video('h264, none, 90k tbr')).toBe('has a video of unknown size');
    expect(video('hevc (Main) (hvc1 / 0x31637668), yuv420p, 4x2')).toEqual({
      width: 4,
      height: 2,
      duration: 3_723.5,
      codec: 'hevc',
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
    });
    expect(parseProbe([])).toBeUndefined();
    expect(parseProbe(["Input #0, mp3, from 'x':", '  Stream #0:1: Video: mjpeg, 9x9 (attached pic)'])).toBe(
      'has no video in it',
    );
  });
});
