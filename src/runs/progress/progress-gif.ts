/** `progress.gif`: the grids of a run one after the other. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { text } from '../../charts/svg.js';
import { evenly } from '../../evenly.js';

/** A grid of pictures and its step. */
export interface GridFile {
  readonly step: number;
  readonly path: string;
}

/** Pixels of all frames together: a core makes three to four million a second. */
export const QUICK = 3e6;
export const FINE = 10e6;
/** Larger grids are made smaller before there are fewer frames than this. */
const LEAST_FRAMES = 24;
const MOST_FRAMES = 60;
const [DELAY_MS, LAST_MS] = [120, 2000];
/** Under the grid: a bar that grows with the steps, and their number. */
const FOOT = 22;
const BACKGROUND = 32;

/**
 * An animated GIF of the grids, of many a selection spread evenly over training, the first and the last included. Grids that cannot be read
 * or are of another size than the last one are left out. `undefined` where none is left.
 *
 * @param pixels of all frames together, at most: {@link QUICK} or {@link FINE}
 */
export async function progressGif(grids: readonly GridFile[], pixels: number): Promise<Buffer | undefined> {
  let last: Picture | undefined;
  for (const grid of [...grids].reverse()) {
    last = await picture(grid);
    if (last) break;
  }
  if (!last) return undefined;
  const { step: end } = last;
  const area = last.width * last.height;
  const shown = evenly(grids, Math.max(LEAST_FRAMES, Math.min(MOST_FRAMES, Math.floor(pixels / area))), 'ends');
  const scale = Math.min(1, Math.sqrt(pixels / (area * shown.length)));
  const [width, height] = [Math.round(last.width * scale), Math.round(last.height * scale)];
  const frames: Buffer[] = [];
  for (const grid of shown) {
    const one = await picture(grid);
    if (!one || one.width !== last.width || one.height !== last.height) continue;
    frames.push(Buffer.concat([await resized(one, width, height), await foot(width, one.step, end)]));
  }
  const delay = frames.map((_, i) => (i === frames.length - 1 ? LAST_MS : DELAY_MS));
  const pageHeight = height + FOOT;
  return sharp(Buffer.concat(frames), { raw: { width, height: pageHeight * frames.length, channels: 3, pageHeight } })
    .gif({ delay, loop: 0, effort: 1, dither: 0, interPaletteMaxError: 0 })
    .toBuffer();
}

interface Picture {
  readonly step: number;
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function picture({ step, path }: GridFile): Promise<Picture | undefined> {
  try {
    const image = sharp(await readFile(path))
      .removeAlpha()
      .toColourspace('srgb')
      .raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { step, data, width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}

async function resized({ data, width: from, height: high }: Picture, width: number, height: number): Promise<Buffer> {
  if (width === from && height === high) return data;
  const image = sharp(data, { raw: { width: from, height: high, channels: 3 } });
  return image.resize(width, height, { fit: 'fill' }).raw().toBuffer();
}

async function foot(width: number, step: number, end: number): Promise<Buffer> {
  const across = Math.round((width * step) / Math.max(1, end));
  const words = text(6, 16, `step ${step.toLocaleString('en')}`, 'fill="#eeeeee"');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${FOOT}" font-family="system-ui, sans-serif" font-size="12"><rect width="${across}" height="3" fill="#74b0ff"/>${words}</svg>`;
  return sharp(Buffer.from(svg))
    .flatten({ background: { r: BACKGROUND, g: BACKGROUND, b: BACKGROUND } })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}
