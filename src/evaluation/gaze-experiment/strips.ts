/** Writes a row of pictures as PNG for each variant, and stacks these rows for the report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeResult } from './results-file.js';
import type { Variant } from './types.js';

const FOLDER = 'strips';
const GAP = 2;
/** Factor by which pictures are enlarged. */
const ENLARGED = 2;
const CAPTION = 250;

/** Writes a row of square pictures under a variant's name. */
export async function writeStrip(output: string, name: string, pictures: Uint8Array, size: number): Promise<void> {
  const bytes = size * size * 3;
  const count = pictures.length / bytes;
  const tiles = Array.from({ length: count }, (_, i) => ({
    input: Buffer.from(pictures.subarray(i * bytes, (i + 1) * bytes)),
    raw: { width: size, height: size, channels: 3 as const },
    left: i * (size + GAP),
    top: 0,
  }));
  const width = count * (size + GAP) - GAP;
  const row = sharp({ create: { width, height: size, channels: 3, background: '#ffffff' } }).composite(tiles);
  writeResult(join(output, FOLDER, `${name}.png`), await row.png().toBuffer());
}

/** Stacks the existing strips of these variants with their titles. Undefined without any. */
export async function stackStrips(output: string, variants: readonly Variant[]): Promise<Buffer | undefined> {
  const found = variants.filter(({ name }) => existsSync(join(output, FOLDER, `${name}.png`)));
  const rows = await Promise.all(
    found.map(async ({ name }) => {
      const { data, info } = await sharp(join(output, FOLDER, `${name}.png`)).toBuffer({ resolveWithObject: true });
      const enlarged = { width: info.width * ENLARGED, height: info.height * ENLARGED };
      const input = await sharp(data)
        .resize({ ...enlarged, kernel: 'cubic' })
        .png()
        .toBuffer();
      return { input, ...enlarged };
    }),
  );
  if (rows.length === 0) return undefined;
  const tops = rows.map((_, i) => rows.slice(0, i).reduce((sum, { height }) => sum + height + GAP, 0));
  const height = rows.reduce((sum, row) => sum + row.height + GAP, -GAP);
  const width = CAPTION + Math.max(...rows.map((row) => row.width));
  const captions = found.map(({ title }, i) => {
    const y = (tops[i] as number) + (rows[i] as { height: number }).height / 2 + 5;
    return `<text x="10" y="${y}">${title}</text>`;
  });
  const caption = `<svg xmlns="http://www.w3.org/2000/svg" width="${CAPTION}" height="${height}" font-family="sans-serif" font-size="15">${captions.join('')}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([
      { input: Buffer.from(caption), left: 0, top: 0 },
      ...rows.map(({ input }, i) => ({ input, left: CAPTION, top: tops[i] as number })),
    ])
    .png({ palette: true, quality: 90 })
    .toBuffer();
}
