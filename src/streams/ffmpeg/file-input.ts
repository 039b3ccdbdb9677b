/** What ffmpeg may open where a file on this disk is read as a video. */
import { resolve } from 'node:path';
import { isAddress } from '../address.js';

/**
 * Containers and streams that hold a video themselves, by ffmpeg's names. Playlists, session descriptions and lists of files are not among
 * them: a file that somebody sends could name any other file of this disk or of the network.
 */
const FORMATS = [
  ...[
    'mov',
    'matroska',
    'avi',
    'mpegts',
    'mpeg',
    'flv',
    'asf',
    'ogg',
    'mxf',
    'rm',
    'gif',
    'apng',
    'nut',
    'wtv',
    'dv',
    'ivf',
  ],
  ...['h264', 'hevc', 'h263', 'h261', 'm4v', 'mpegvideo', 'mjpeg', 'mpjpeg', 'obu', 'av1', 'vc1', 'dirac', 'cavsvideo'],
  ...[
    'yuv4mpegpipe',
    'swf',
    'nsv',
    'gxf',
    'r3d',
    'amv',
    'webm',
    'live_flv',
    'vvc',
    'avs2',
    'avs3',
    'roq',
    'bink',
    'smk',
  ],
  // Sound alone is opened too, to be told that it has no video in it.
  ...['mp3', 'wav', 'aac', 'flac', 'aiff', 'caf', 'au', 'amr', 'ac3', 'dts', 'w64'],
].join(',');

/** ffmpeg's options for a file or an address as its input. A file is read as a file, whatever it holds and however it is called. */
export function inputOf(path: string): string[] {
  if (isAddress(path)) return ['-i', path];
  // The prefix makes ffmpeg treat names such as `-x.mp4` or `concat:a.mp4` as files.
  return ['-protocol_whitelist', 'file', '-format_whitelist', FORMATS, '-i', `file:${resolve(path)}`];
}

/** Why ffmpeg refused a file whose format is not among those, in words that follow its name; `undefined` where that is not the reason. */
export function refusedFormat(lines: readonly string[]): string | undefined {
  const refusal = lines.find((line) => line.includes('Format not on whitelist'));
  const format = refusal === undefined ? undefined : (/^\[([^\s@\]]+)/.exec(refusal)?.[1] ?? 'unknown');
  if (format === undefined) return undefined;
  if (format === 'tty') return 'is not a video but a text file';
  if (format === 'image2' || /_pipe$/.test(format)) return 'is not a video but a picture';
  if (/^(hls|concat|sdp|dash|imf|rtsp|webm_dash)/.test(format)) {
    return `is not a video but a list that leads to other files (${format.split(',')[0]})`;
  }
  return `is of the format ${format}, which is not read as a video`;
}
