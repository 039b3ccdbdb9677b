/** ffmpeg's output options for pictures: selection, size and pace of the frames. */
import { type FrameSize, sizeFilters } from '../size.js';
import type { VideoTraits } from './traits.js';

/** Options of {@link pictureOutput}. */
export interface PictureOptions {
  readonly size?: FrameSize;
  /** Largest number of frames per second. */
  readonly fps?: number;
  /** Emit frames at their presentation times. */
  readonly paced?: boolean;
  /** How the input stores its pictures, where that is known. */
  readonly traits?: Pick<VideoTraits, 'matrix' | 'hdr' | 'interlaced'>;
  /** The filters that print the time of each frame; see `frame-times.ts`. */
  readonly times?: readonly string[];
}

/** Colours to the last bit, at a cost that a file can bear and a live picture need not. */
export const EXACT = ':flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';

/**
 * PQ and HLG as standard range: diffuse white (203 cd/m², ITU-R BT.2408) becomes white, what is brighter is compressed, and colours
 * outside BT.709 are clipped.
 */
const toneMapped = (transfer: string) => [
  `zscale=tin=${transfer}:min=2020_ncl:pin=2020:t=linear:npl=203`,
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=mobius:desat=0',
  'zscale=t=bt709:m=bt709:r=tv',
  'format=yuv444p',
];

/**
 * Output options for the video stream only, with every decoded frame once.
 *
 * A `select` by time slots drops frames and never duplicates one, as the `fps` filter would for a slower video. The `limit` of
 * `realtime` bounds both its pauses and how far a paused video catches up.
 */
export function pictureOutput(passthrough: readonly string[], options: PictureOptions): string[] {
  const { fps, size, paced, traits, times = [] } = options;
  const matrix = traits?.hdr ? 'bt709' : traits?.matrix;
  const slot = (time: string) => `floor(${time}*${fps}+0.25)`;
  const filters = [
    ...(traits?.interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(fps === undefined ? [] : [`select='isnan(prev_selected_t)+gt(${slot('t')},${slot('prev_selected_t')})'`]),
    ...times,
    ...(traits?.hdr ? toneMapped(traits.hdr) : []),
    ...sizeFilters(size, (matrix === undefined ? '' : `:in_color_matrix=${matrix}`) + (paced === false ? EXACT : '')),
    ...(paced ? ['realtime=limit=1'] : []),
  ];
  return ['-map', '0:V:0', '-an', '-sn', '-dn', ...passthrough, '-vf', filters.join(',')];
}
