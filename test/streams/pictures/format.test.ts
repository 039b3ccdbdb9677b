import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/streams/pictures/decode.js';
import { pictureFormat, refusedJpeg } from '../../../src/streams/pictures/format.js';
import { scanBomb } from './scan-bomb.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-format-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const picture = () => sharp({ create: { width: 64, height: 48, channels: 3, background: '#876' } });

describe('pictures are told by their content', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('%s is read under any name', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    expect(pictureFormat(bytes)).toEqual({ format });
    const path = join(folder, `${format}.png`);
    writeFileSync(path, bytes);
    expect(await decodePicture(path, { maxPixels: 1e6 })).toMatchObject({ width: 64, height: 48 });
    await expect(decodePicture(path, { maxPixels: 1000 })).rejects.toMatchObject({ code: 'INPUT' });
    expect(await decodePicture(path, { maxPixels: 1e6, maxWidth: 32 })).toMatchObject({ width: 32, height: 24 });
    expect(await decodePicture(path, { maxPixels: 1e6, maxWidth: 99 })).toMatchObject({ width: 64, height: 48 });
  });

  it.each([
    [
      'svg',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
      /drawing/,
    ],
    ['svg after a declaration', '\ufeff<?xml version="1.0"?><!-- --><svg/>', /drawing/],
    ['html', '<!DOCTYPE html><html></html>', /document/],
    ['pdf', '%PDF-1.7', /PDF/],
    ['heic', '\0\0\0\u0024ftypheic\0\0\0\0mif1heic', /HEIC/],
    ['bmp', 'BM123456', /BMP/],
    ['text', 'P6 1 1 255 abc', /no JPEG, PNG/],
    ['nothing', '', /empty/],
  ])('%s called .png is none', async (name, content, message) => {
    const path = join(folder, `${name}.png`);
    writeFileSync(path, content);
    const refused = { code: 'INPUT', message: expect.stringMatching(message) };
    await expect(decodePicture(path, { maxPixels: 1e6 })).rejects.toMatchObject(refused);
  });
});

describe('refusedJpeg', () => {
  it('lets plain and progressive JPEGs pass, also cut ones', async () => {
    for (const progressive of [false, true]) {
      const bytes = await picture().jpeg({ progressive }).toBuffer();
      expect(refusedJpeg(bytes, 64 * 48)).toBeUndefined();
      expect(refusedJpeg(bytes, 64 * 48 - 1)).toMatch(/3072 pixels/);
      for (let end = 0; end < bytes.length; end++) refusedJpeg(bytes.subarray(0, end), 1e6);
    }
  });

  it('refuses one of many scans at once, also as a file', async () => {
    const bomb = await scanBomb(2048, 1024, 1_000_000);
    const started = performance.now();
    expect(refusedJpeg(bomb, 1e8)).toMatch(/more than 20 scans/);
    const path = join(folder, 'bomb.jpg');
    writeFileSync(path, bomb);
    await expect(decodePicture(path, { maxPixels: 1e8 })).rejects.toMatchObject({ code: 'INPUT' });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
