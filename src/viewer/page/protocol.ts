/** Takes a binary message of the frame server apart. The server's src/streams/server/protocol.ts says how it is laid out. */

export interface FrameHeader {
  readonly stream: string;
  readonly sequence: number;
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly version: number;
  readonly refined: boolean;
}

/** The server is the page's own, so its messages are believed once they have the right shape. */
export function decodeMessage(message: ArrayBuffer): { header: FrameHeader; jpeg: Blob } {
  const length = new DataView(message).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length))) as FrameHeader;
  return { header, jpeg: new Blob([new Uint8Array(message, 4 + length)], { type: 'image/jpeg' }) };
}
