/** Tells addresses (rtsp://…, https://…) from names of files. */

const PROTOCOLS = ['http', 'https', 'rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt', 'udp', 'tcp', 'rtp', 'mms', 'mmsh'];

/** True for an address that a video can come from. Anything else, `concat:` and `C:\` included, is the name of a file. */
export function isAddress(text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && PROTOCOLS.includes(scheme);
}
