/** Distinguishes addresses (rtsp://…, https://…) from names of files. */

const PROTOCOLS = ['http', 'https', 'rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt', 'udp', 'tcp', 'rtp', 'mms', 'mmsh'];

/** Whether `text` is an address of a video. Anything else, including `concat:` and `C:\`, is the name of a file. */
export function isAddress(text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && PROTOCOLS.includes(scheme);
}
