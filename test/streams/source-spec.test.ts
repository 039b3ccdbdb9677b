import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { parseSource } from '../../src/streams/source-spec.js';
import { FACE_VIDEO, scratch } from './media.js';

const folder = scratch();
mkdirSync(join(folder, 'photos (1)'));
mkdirSync(join(folder, 'empty'));
writeFileSync(join(folder, 'empty.mp4'), '');
const photo = join(folder, 'photos (1)', 'a.png');
await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).toFile(photo);

describe('parseSource', () => {
  it.each([
    ['webcam', { kind: 'webcam' }],
    ['webcam:/dev/video2', { kind: 'webcam', device: '/dev/video2' }],
    ['webcam:Face Cam; rm -rf $(x)', { kind: 'webcam', device: 'Face Cam; rm -rf $(x)' }],
    ['snapshots', { kind: 'snapshots' }],
    ['snapshots:1', { kind: 'snapshots', device: '1' }],
    ['browser', { kind: 'browser' }],
    ['renderer', { kind: 'renderer' }],
    ['eyes', { kind: 'renderer' }],
    ['demo', { kind: 'demo' }],
    ['mnist', { kind: 'mnist' }],
    [FACE_VIDEO, { kind: 'video', path: FACE_VIDEO }],
    [photo, { kind: 'images', pattern: photo }],
    [join(folder, 'photos (1)'), { kind: 'images', pattern: join(folder, 'photos (1)') }],
    [join(folder, '**/*.png'), { kind: 'images', pattern: join(folder, '**/*.png') }],
    ['rtsp://u:p@camera:554/live', { kind: 'address', url: 'rtsp://u:p@camera:554/live' }],
    ['https://example.org/a.mp4?x=1', { kind: 'address', url: 'https://example.org/a.mp4?x=1' }],
  ])('reads %s', async (text, spec) => {
    expect(await parseSource(text)).toEqual(spec);
  });

  it.each([
    ['', 'USAGE'],
    ['  ', 'USAGE'],
    ['webcam:', 'USAGE'],
    ['webcam:-version', 'USAGE'],
    ['webcam:a\nb', 'USAGE'],
    ['snapshots:\u0007', 'USAGE'],
    ['ftp://host/x.mp4', 'USAGE'],
    ['http://', 'USAGE'],
    ['webcm', 'INPUT'],
    ['missing.mp4', 'INPUT'],
    [join(folder, 'empty'), 'INPUT'],
    [join(folder, 'empty.mp4'), 'INPUT'],
    [join(folder, '*.jpg'), 'INPUT'],
  ])('refuses %j', async (text, code) => {
    const error = await parseSource(text).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(IrisflowError);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('\n');
  });

  it('answers anything with a source or a typed error', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('http://[', '{a,b', '!(x', '[', '\\', 'webcam:x'),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        try {
          expect((await parseSource(text)).kind).toBeTypeOf('string');
        } catch (error) {
          expect(error).toBeInstanceOf(IrisflowError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
