import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../../src/errors.js';
import { PpmReader, type RawPicture } from '../../../src/streams/ffmpeg/ppm-reader.js';

function ppm(width: number, height: number, shade: number): Buffer {
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3, shade)]);
}

function readAll(reader: PpmReader, chunks: Iterable<Uint8Array>): RawPicture[] {
  const pictures: RawPicture[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let picture = reader.next(); picture; picture = reader.next()) pictures.push(picture);
  }
  return pictures;
}

function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (const length of lengths) {
    yield bytes.subarray(at, at + length);
    at += length;
  }
  yield bytes.subarray(at);
}

describe('PpmReader', () => {
  it('returns the same pictures for all chunk sizes', () => {
    const shape = fc.record({ w: fc.integer({ min: 1, max: 9 }), h: fc.integer({ min: 1, max: 9 }), s: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 6 }), fc.array(fc.integer({ min: 0, max: 60 })), (shapes, lengths) => {
        const bytes = Buffer.concat(shapes.map(({ w, h, s }) => ppm(w, h, s)));
        const reader = new PpmReader();
        const pictures = readAll(reader, cut(bytes, lengths));
        expect(pictures.map((p) => [p.width, p.height, ...p.data])).toEqual(
          shapes.map(({ w, h, s }) => [w, h, ...new Array(w * h * 3).fill(s)]),
        );
        expect(reader.partial).toBe(false);
      }),
    );
  });

  it('shares no memory between pictures and returns plain arrays', () => {
    const [a, b] = readAll(new PpmReader(), [Buffer.concat([ppm(2, 2, 1), ppm(2, 2, 2)])]);
    expect(a?.data.buffer).not.toBe(b?.data.buffer);
    expect(Buffer.isBuffer(a?.data)).toBe(false);
  });

  it('reports an incomplete picture', () => {
    const reader = new PpmReader();
    expect(readAll(reader, [ppm(4, 4, 9).subarray(0, 30)])).toEqual([]);
    expect(reader.partial).toBe(true);
  });

  it('refuses anything else with a typed error and bounded memory', () => {
    const hostile = ['P5\n2 2\n255\n', 'P6\n99999 99999\n255\n', 'P6\n0 4\n255\n', 'P6\n2 2\n65535\n', 'x'.repeat(100)];
    for (const text of hostile) {
      expect(() => readAll(new PpmReader(), [Buffer.from(text)])).toThrow(IrisflowError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAll(new PpmReader(), [bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(IrisflowError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
