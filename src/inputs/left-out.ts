/** Says in words what a video holds that its frames do not. */
import type { VideoTraits } from '../streams/ffmpeg/traits.js';

const HDR = { smpte2084: 'PQ', 'arib-std-b67': 'HLG' } as const;

/** The parts of a video that are not in its frames; empty where there are none. */
export function leftOutOfVideo(traits: VideoTraits): string[] {
  const { sound, videos, subtitles, attachments, chapters, metadata, alpha, hdr, interlaced } = traits;
  const several = (count: number, one: string, many: string) =>
    count === 0 ? [] : [count === 1 ? one : `${count} ${many}`];
  return [
    ...(sound.length > 0 ? [`the sound (${[...new Set(sound)].join(', ')})`] : []),
    ...several(videos, 'a second video track', 'further video tracks'),
    ...several(subtitles, 'a subtitle track', 'subtitle tracks'),
    ...several(attachments, 'a track of data or a cover', 'tracks of data or covers'),
    ...(chapters > 0 ? ['the chapters'] : []),
    ...(alpha ? ['the transparency'] : []),
    ...(hdr ? [`the high dynamic range (HDR, ${HDR[hdr]}, which is tone-mapped)`] : []),
    ...(interlaced ? ['the interlacing (two fields become one picture)'] : []),
    ...(metadata.length > 0
      ? [`the metadata (${metadata.slice(0, 5).join(', ')}${metadata.length > 5 ? ' …' : ''})`]
      : []),
  ];
}

/** `a, b and c`. */
export function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
