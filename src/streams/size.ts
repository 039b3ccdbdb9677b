/** The size option of sources: its type, its check, and the ffmpeg filters for it. */
import { IrisflowError } from '../errors.js';
import { choiceOption, integerOption } from '../flow/options.js';

/**
 * The size of the frames of a source. If one side is given, the other follows from the aspect ratio. If both are given, `fit`
 * decides: `inside` (default) keeps the aspect ratio and fits within both, `cover` keeps it and crops to the exact size, `fill`
 * stretches.
 */
export interface FrameSize {
  /** Pixels, 1 to 16384. */
  readonly width?: number;
  /** Pixels, 1 to 16384. */
  readonly height?: number;
  /** How a picture of another shape is fitted in. Default `inside`. */
  readonly fit?: 'inside' | 'cover' | 'fill';
}

const FITS = ['inside', 'cover', 'fill'] as const;

/**
 * Checks a size.
 *
 * @throws {IrisflowError} `USAGE` for an invalid size.
 */
export function checkSize(size: FrameSize | undefined): void {
  if (size === undefined) return;
  for (const side of ['width', 'height'] as const) {
    const value = size[side];
    if (value !== undefined) integerOption(`size.${side}`, value, 1, 16_384);
  }
  if (size.width === undefined && size.height === undefined) {
    throw new IrisflowError('USAGE', 'size needs a width, a height or both');
  }
  if (size.fit !== undefined) choiceOption('size.fit', size.fit, FITS);
}

/**
 * ffmpeg filters that scale to square pixels and to the size, with more settings of the scale filter. `dar` and `sar` are ffmpeg's display
 * and sample aspect ratios.
 */
export function sizeFilters(size: FrameSize | undefined, settings = ''): string[] {
  const scale = (width: string, height: string) => `scale=w='${width}':h='${height}'${settings}`;
  const { width: w, height: h, fit = 'inside' } = size ?? {};
  if (w === undefined && h === undefined) return [scale('max(1,round(iw*sar))', 'ih')];
  if (h === undefined) return [scale(`${w}`, `max(1,round(${w}/dar))`)];
  if (w === undefined) return [scale(`max(1,round(${h}*dar))`, `${h}`)];
  if (fit === 'fill') return [scale(`${w}`, `${h}`)];
  const fitted = (limitedByWidth: string) => [
    `if(${limitedByWidth},${w},max(1,round(${h}*dar)))`,
    `if(${limitedByWidth},max(1,round(${w}/dar)),${h})`,
  ];
  if (fit === 'inside') {
    const [width, height] = fitted(`gte(dar,${w}/${h})`);
    return [scale(width as string, height as string)];
  }
  const [width, height] = fitted(`lte(dar,${w}/${h})`);
  return [scale(width as string, height as string), `crop=${w}:${h}`];
}
