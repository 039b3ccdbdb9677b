/** The WebSocket protocol: encodes and decodes the binary message of a picture. */
import { IrisflowError } from '../../errors.js';

/** Version of the protocol, sent in the first text message of every connection. */
export const PROTOCOL_VERSION = 1;

/** A header longer than this is refused, in bytes. Ours are about 140. */
const MAX_HEADER_BYTES = 4096;

/** The pattern of stream names: up to 64 letters, digits, `-` and `_`. */
export const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Largest side of a JPEG in pixels, which its format stores in 16 bits. */
const MAX_SIDE = 65_535;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The header of a picture message. */
export interface FrameHeader {
  /** Name of the stream. */
  readonly stream: string;
  /** Position in the source; a missing number belongs to a dropped frame. */
  readonly sequence: number;
  /** Timestamp of reading the frame, in milliseconds since the epoch. */
  readonly time: number;
  /** Columns of the picture, in pixels. */
  readonly width: number;
  /** Rows of the picture, in pixels. */
  readonly height: number;
  /** Version of the model that generated it; 0 where no model has changed it. */
  readonly version: number;
  /** False for raw pictures: frames of a raw stream, or a raw frame instead of a refined one. */
  readonly refined: boolean;
}

/** A decoded message. `jpeg` is a view into the message. */
export interface FrameMessage {
  /** What is known of the picture. */
  readonly header: FrameHeader;
  /** The picture. */
  readonly jpeg: Uint8Array;
}

/**
 * Encodes the bytes before the JPEG: the length of the header (4 bytes, big-endian), then the header as UTF-8 JSON.
 *
 * @example
 * import { encodeHeader } from 'irisflow/streams';
 *
 * const header = { stream: 'eyes', sequence: 0, time: Date.now(), width: 64, height: 64, version: 0, refined: false };
 * const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
 * console.log(Buffer.concat([encodeHeader(header), jpeg]).length);
 */
export function encodeHeader(header: FrameHeader): Uint8Array {
  const { stream, sequence, time, width, height, version, refined } = header;
  const json = JSON.stringify({ stream, sequence, time, width, height, version, refined });
  const length = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32BE(length, 0);
  bytes.write(json, 4, 'utf8');
  return bytes;
}

/**
 * Decodes a binary message. Unknown header fields are ignored, so that the protocol can be extended.
 *
 * @throws {IrisflowError} `PROTOCOL` on anything that is not such a message; it reads at most 4096 bytes of header.
 */
export function decodeMessage(bytes: Uint8Array): FrameMessage {
  if (bytes.length < 4) throw bad(`a message of ${bytes.length} bytes has no header length (4 bytes)`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  if (length > MAX_HEADER_BYTES) {
    throw bad(`a header of ${length} bytes is longer than the ${MAX_HEADER_BYTES} allowed`);
  }
  if (4 + length >= bytes.length) {
    throw bad(`a message of ${bytes.length} bytes cannot hold a header of ${length} bytes and a picture`);
  }
  const jpeg = bytes.subarray(4 + length);
  if (!startsAsJpeg(jpeg)) throw bad('what follows the header is not a JPEG (it does not begin with FF D8 FF)');
  return { header: parseHeader(bytes.subarray(4, 4 + length)), jpeg };
}

/** Whether the bytes start with the JPEG signature. */
export function startsAsJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function parseHeader(bytes: Uint8Array): FrameHeader {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw bad('the header is not UTF-8 JSON', cause);
  }
  if (typeof json !== 'object' || json === null) throw bad('the header is not a JSON object');
  const fields = json as Record<string, unknown>;
  const { stream, refined } = fields;
  if (typeof stream !== 'string' || !STREAM_NAME.test(stream)) throw bad('the header names no valid stream');
  if (typeof refined !== 'boolean') throw bad('the header does not say whether the picture is refined');
  if (typeof fields.time !== 'number' || !Number.isFinite(fields.time)) throw bad('the header has no valid time');
  return {
    stream,
    sequence: whole(fields, 'sequence', 0, Number.MAX_SAFE_INTEGER),
    time: fields.time,
    width: whole(fields, 'width', 1, MAX_SIDE),
    height: whole(fields, 'height', 1, MAX_SIDE),
    version: whole(fields, 'version', 0, Number.MAX_SAFE_INTEGER),
    refined,
  };
}

function whole(fields: Record<string, unknown>, name: string, low: number, high: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw bad(`the header's ${name} is not a whole number from ${low} to ${high}`);
  }
  return value;
}

function bad(what: string, cause?: unknown): IrisflowError {
  return new IrisflowError('PROTOCOL', `Not an irisflow picture message: ${what}.`, { cause });
}
