/** Decodes a binary message of the frame server; src/streams/server/protocol.ts documents the format. */

export interface FrameHeader {
  readonly stream: string;
  readonly sequence: number;
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly version: number;
  readonly refined: boolean;
}

/** Decodes a message without validation, because the server is the one that served the page. */
export function decodeMessage(message: ArrayBuffer): { header: FrameHeader; jpeg: Blob } {
  const length = new DataView(message).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length))) as FrameHeader;
  return { header, jpeg: new Blob([new Uint8Array(message, 4 + length)], { type: 'image/jpeg' }) };
}
