/** Parses a byte stream of PPM pictures in chunks of any size. */
import { IrisflowError } from '../../errors.js';

/** A decoded picture: RGB bytes in row-major order. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const HEADER_LIMIT = 32;
const SIDE_LIMIT = 16_384;
const PIXEL_LIMIT = 100_000_000;

/**
 * PPM (`P6`, 8 bits) is raw RGB24 with a header of about 15 bytes before each picture, which holds the size; so rotated files,
 * cameras that choose their own size and changes of size need no other channel. Each picture gets its own buffer; a chunk is kept
 * only until it has been consumed.
 */
export class PpmReader {
  #chunk: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #header = '';
  #lines = 0;
  #picture: RawPicture | undefined;
  #filled = 0;

  /** Adds the next chunk. The last one must have been consumed: call {@link next} until it returns `undefined`. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#offset = 0;
  }

  /** Whether a picture is incomplete. */
  get partial(): boolean {
    return this.#picture !== undefined || this.#header !== '';
  }

  /**
   * The next complete picture, or `undefined` when the chunk has been consumed.
   *
   * @throws {IrisflowError} `PROTOCOL` when the bytes are not PPM or the picture is larger than 100 megapixels.
   */
  next(): RawPicture | undefined {
    const picture = this.#picture ?? this.#readHeader();
    if (!picture) return undefined;
    this.#picture = picture;
    const { data } = picture;
    const part = this.#chunk.subarray(this.#offset, this.#offset + data.length - this.#filled);
    data.set(part, this.#filled);
    this.#filled += part.length;
    this.#offset += part.length;
    if (this.#filled < data.length) return undefined;
    this.#picture = undefined;
    this.#filled = 0;
    return picture;
  }

  #readHeader(): RawPicture | undefined {
    while (this.#lines < 3) {
      const byte = this.#chunk[this.#offset];
      if (byte === undefined) return undefined;
      this.#offset++;
      this.#header += String.fromCharCode(byte);
      if (byte === 10) this.#lines++;
      else if (this.#header.length >= HEADER_LIMIT) this.#refuse();
    }
    const match = /^P6\n(\d{1,5}) (\d{1,5})\n255\n$/.exec(this.#header);
    const width = Number(match?.[1] ?? 0);
    const height = Number(match?.[2] ?? 0);
    const fits = width > 0 && height > 0 && width <= SIDE_LIMIT && height <= SIDE_LIMIT;
    if (!fits || width * height > PIXEL_LIMIT) this.#refuse();
    this.#header = '';
    this.#lines = 0;
    // Uninitialised memory is safe because every byte is written. The view is a Uint8Array because Buffer.slice() shares memory.
    const memory = Buffer.allocUnsafeSlow(width * height * 3);
    return { data: new Uint8Array(memory.buffer, memory.byteOffset, memory.length), width, height };
  }

  #refuse(): never {
    throw new IrisflowError('PROTOCOL', `ffmpeg sent bytes that are not a picture: ${JSON.stringify(this.#header)}`);
  }
}
