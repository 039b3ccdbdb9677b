/** The part of a command line between ffmpeg's input and its pictures: which frames, how large, how fast. */
import { type FrameSize, sizeFilters } from '../size.js';

/** What comes out. */
export interface PictureOptions {
  readonly size?: FrameSize;
  /** At most so many frames a second. */
  readonly fps?: number;
  /** Let frames come when they would be shown. */
  readonly paced?: boolean;
}

/**
 * Output options for the video stream alone, every decoded frame once.
 *
 * A select by time slots leaves frames out and never doubles one, as the `fps` filter would on a slower video. The limit on
 * the pauses of `realtime` is also how far a video that was held may hurry to catch up.
 */
export function pictureOutput(passthrough: readonly string[], options: PictureOptions): string[] {
  const { fps, size, paced } = options;
  const slot = (time: string) => `floor(${time}*${fps}+0.25)`;
  const filters = [
    ...(fps === undefined ? [] : [`select='isnan(prev_selected_t)+gt(${slot('t')},${slot('prev_selected_t')})'`]),
    ...sizeFilters(size),
    ...(paced ? ['realtime=limit=1'] : []),
  ];
  return ['-map', '0:V:0', '-an', '-sn', '-dn', ...passthrough, '-vf', filters.join(',')];
}
