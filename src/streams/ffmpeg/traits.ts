/** What ffmpeg's description of an input says of its colours, its fields and its other tracks. */

/** How the pictures of a video are stored, and what is stored beside them. */
export interface VideoTraits {
  /** The scale filter's name of the matrix that turns the stored colours into RGB; absent where none is needed. */
  readonly matrix: string | undefined;
  /** How high dynamic range is stored, by ffmpeg's name; absent for standard range. */
  readonly hdr: 'smpte2084' | 'arib-std-b67' | undefined;
  /** Whether a picture holds two moments, one in its even and one in its odd lines. */
  readonly interlaced: boolean;
  readonly alpha: boolean;
  /** The codecs of its sound tracks. */
  readonly sound: readonly string[];
  /** Video tracks beside the one that is read; covers are none. */
  readonly videos: number;
  readonly subtitles: number;
  /** Tracks of data, attachments and covers. */
  readonly attachments: number;
  readonly chapters: number;
  /** Names of what is written about the video, such as `title` and `location`. */
  readonly metadata: readonly string[];
}

/** Lines from which on untagged video is taken for HD, as players do. */
const HD_LINES = 720;

const MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

const TRACK = /^\s*Stream #0:.*: (Video|Audio|Subtitle|Data|Attachment): (.*)$/;
/** What writers of files note themselves, which nobody misses. */
const TECHNICAL =
  /^(major_brand|minor_version|compatible_brands|encoder|handler_name|vendor_id|creation_time|duration|language|rotate|alpha_mode|software|_statistics.*|number_of_.*|bps.*|isommediatype|timecode|side data)$/i;

/** Reads the lines of `ffmpeg -i`. `at` is the number of the line of the video that is read. */
export function readTraits(lines: readonly string[], at: number): VideoTraits {
  const tracks = lines.flatMap((line, i) => {
    const [, kind = '', about = ''] = TRACK.exec(line) ?? [];
    return kind && i !== at ? [{ kind, about }] : [];
  });
  const count = (kind: string, cover = false) =>
    tracks.filter((track) => track.kind === kind && /\(attached pic\)/.test(track.about) === cover).length;
  const [, format = '', colour = '', height = '0'] =
    /Video: .*?, ([a-z][a-z0-9]+)(?:\(([^)]*)\))?, \d+x(\d+)/.exec(lines[at] ?? '') ?? [];
  const words = colour.split(/, ?/);
  const named = words.find((word) => word.includes('/'))?.split('/');
  const matrix = named?.[0] ?? words.find((word) => word in MATRICES);
  const transfer = named?.[2] ?? words.find((word) => word === 'smpte2084' || word === 'arib-std-b67');
  const hdr = transfer === 'smpte2084' || transfer === 'arib-std-b67' ? transfer : undefined;
  const next = lines.findIndex((line, i) => i > at && TRACK.test(line));
  const own = lines.slice(at, next < 0 ? undefined : next).join('\n');
  return {
    matrix: /^yuv|^nv|^p0|^y2|^uyvy|^yvyu|^xyz/.test(format)
      ? (MATRICES[matrix ?? ''] ?? (Number(height) >= HD_LINES ? 'bt709' : 'bt601'))
      : undefined,
    hdr,
    interlaced: words.some((word) => /^(top|bottom) (coded )?first/.test(word)),
    alpha: /^(yuva|rgba|argb|bgra|abgr|gbrap|ya\d|pal8)/.test(format) || /\balpha_mode\s*: 1/i.test(own),
    sound: tracks.filter(({ kind }) => kind === 'Audio').map(({ about }) => /^[^\s,(]+/.exec(about)?.[0] ?? 'unknown'),
    videos: count('Video'),
    subtitles: count('Subtitle'),
    attachments: count('Data') + count('Attachment') + count('Video', true),
    chapters: lines.filter((line) => /^\s*Chapter #0:/.test(line)).length,
    metadata: metadataOf(lines),
  };
}

/** The names of the tags of the whole file. */
function metadataOf(lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => /^ {2}Metadata:/.test(line));
  if (from < 0) return [];
  const names: string[] = [];
  for (const line of lines.slice(from + 1)) {
    const name = /^ {4}(\S[^:]*?)\s*:/.exec(line)?.[1];
    if (!/^ {4}/.test(line)) break;
    if (name && !TECHNICAL.test(name)) names.push(name);
  }
  return names;
}
