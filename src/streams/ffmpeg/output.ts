/** ffmpeg's output options for pictures: selection, size and pace of the frames. */
import { type FrameSize, sizeFilters } from '../size.js';

/** Options of {@link pictureOutput}. */
export interface PictureOptions {
  readonly size?: FrameSize;
  /** Largest number of frames per second. */
  readonly fps?: number;
  /** Emit frames at their presentation times. */
  readonly paced?: boolean;
}

/**
 * Output options for the video stream only, with every decoded frame once.
 *
 * A `select` by time slots drops frames and never duplicates one, as the `fps` filter would for a slower video. The `limit` of
 * `realtime` bounds both its pauses and how far a paused video catches up.
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
