/** How a source scales its pictures: the option, its check, and the ffmpeg filters that do it. */
import { IrisflowError } from '../errors.js';
import { choiceOption, integerOption } from '../flow/options.js';

/**
 * The size of the frames of a source. With one side, the other follows. With both, `fit` decides:
 * `inside` (default) keeps the aspect and stays within both, `cover` keeps the aspect and crops what is too much, so that
 * the size is exact, `fill` stretches.
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
 * @throws {IrisflowError} `USAGE` for anything that is no size.
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

/** ffmpeg filters that make square pixels and then the size. `dar` and `sar` are ffmpeg's display and sample aspect. */
export function sizeFilters(size: FrameSize | undefined): string[] {
  const { width: w, height: h, fit = 'inside' } = size ?? {};
  if (w === undefined && h === undefined) return [scale('max(1,round(iw*sar))', 'ih')];
  if (h === undefined) return [scale(`${w}`, `max(1,round(${w}/dar))`)];
  if (w === undefined) return [scale(`max(1,round(${h}*dar))`, `${h}`)];
  if (fit === 'fill') return [scale(`${w}`, `${h}`)];
  const fitted = (wide: string) => [
    `if(${wide},${w},max(1,round(${h}*dar)))`,
    `if(${wide},max(1,round(${w}/dar)),${h})`,
  ];
  if (fit === 'inside') {
    const [width, height] = fitted(`gte(dar,${w}/${h})`);
    return [scale(width as string, height as string)];
  }
  const [width, height] = fitted(`lte(dar,${w}/${h})`);
  return [scale(width as string, height as string), `crop=${w}:${h}`];
}

function scale(width: string, height: string): string {
  return `scale=w='${width}':h='${height}'`;
}
