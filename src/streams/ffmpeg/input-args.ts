/** How ffmpeg is told to read a file or an address, and nothing else that the input may name. */
import { resolve } from 'node:path';
import { isAddress } from '../address.js';

/** Containers and raw streams of video. Playlists (hls, concat, dash), scripts (avs) and documents are not among them. */
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
];

/** What an address may lead to: a playlist on the network may name other addresses, never files. */
const NETWORK_PROTOCOLS = [
  ...[
    'http',
    'https',
    'httpproxy',
    'tcp',
    'tls',
    'udp',
    'rtp',
    'srtp',
    'rtsp',
    'rtsps',
    'rtmp',
    'rtmps',
    'rtmpt',
    'rtmpe',
    'srt',
  ],
  ...['mmsh', 'mmst', 'mms', 'hls', 'crypto', 'data'],
];

/**
 * The arguments up to and with `-i` of a path or address. A file is read as a file: whatever its name says, no playlist is followed,
 * so that no other file is read and no address asked.
 */
export function inputArgs(path: string): string[] {
  if (isAddress(path)) return ['-protocol_whitelist', NETWORK_PROTOCOLS.join(','), '-i', path];
  return ['-protocol_whitelist', 'file', '-format_whitelist', FORMATS.join(','), '-i', fileInput(path)];
}

/** The prefix `file:` makes ffmpeg treat names such as `-x.mp4` or `concat:a.mp4` as files. */
export function fileInput(path: string): string {
  return `file:${resolve(path)}`;
}

const PLAYLISTS = ['hls', 'applehttp', 'concat', 'dash', 'webm_dash_manifest', 'imf', 'sdp'];

/** Why a format is refused that ffmpeg recognised a file as. */
export function refusedFormat(format: string): string {
  const names = format.split(',');
  if (names.includes('tty')) return 'is not a video but a text file';
  if (names.includes('image2') || format.endsWith('_pipe')) return 'is not a video but a picture';
  if (names.some((name) => PLAYLISTS.includes(name))) {
    return `is not a video but a playlist (${format}), whose entries are not followed: give the video that it names`;
  }
  return `has no video that can be read: ffmpeg takes it for ${format}`;
}
