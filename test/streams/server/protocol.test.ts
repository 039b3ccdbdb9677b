import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../../src/errors.js';
import { decodeMessage, encodeHeader, type FrameHeader } from '../../../src/streams/server/protocol.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const HEADER: FrameHeader = {
  stream: 'refined',
  sequence: 7,
  time: 1_700_000_000_000.5,
  width: 640,
  height: 480,
  version: 3,
  refined: true,
};

function message(header: unknown, jpeg: Uint8Array = JPEG): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, jpeg]);
}

function codeOf(bytes: Uint8Array): string {
  try {
    decodeMessage(bytes);
    return 'decoded';
  } catch (error) {
    return error instanceof IrisflowError ? error.code : `untyped: ${String(error)}`;
  }
}

describe('protocol', () => {
  it('lays a message out as 4 bytes of length, JSON, JPEG', () => {
    const bytes = Buffer.from(encodeHeader(HEADER));
    expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
    expect(JSON.parse(bytes.toString('utf8', 4))).toEqual(HEADER);
  });

  it('decodes what it encodes, whatever the values', () => {
    const header = fc.record({
      stream: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
      sequence: fc.nat(Number.MAX_SAFE_INTEGER),
      time: fc.double({ noNaN: true, noDefaultInfinity: true }).map((time) => time + 0),
      width: fc.integer({ min: 1, max: 65_535 }),
      height: fc.integer({ min: 1, max: 65_535 }),
      version: fc.nat(),
      refined: fc.boolean(),
    });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 40 }), fc.nat(9), (fields, tail, offset) => {
        const whole = Buffer.concat([encodeHeader(fields), Uint8Array.of(0xff, 0xd8, 0xff, 1), tail]);
        const shifted = new Uint8Array(whole.length + offset);
        shifted.set(whole, offset);
        const decoded = decodeMessage(shifted.subarray(offset));
        expect(decoded.header).toEqual(JSON.parse(JSON.stringify(fields)));
        expect(decoded.jpeg.length).toBe(4 + tail.length);
      }),
    );
  });

  it('ignores fields that it does not know', () => {
    expect(decodeMessage(message({ ...HEADER, later: [1] })).header).toEqual(HEADER);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['three bytes', Uint8Array.of(0, 0, 1)],
    ['a header longer than the message', Buffer.concat([Uint8Array.of(0, 0, 9, 0), JPEG])],
    ['a header of 4 GiB', Buffer.concat([Uint8Array.of(255, 255, 255, 255), JPEG])],
    ['no picture', message(HEADER, new Uint8Array(0))],
    ['a PNG', message(HEADER, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0))],
    ['no JSON', message('{')],
    ['null', message('null')],
    ['an array', message('[]')],
    ['invalid UTF-8', Buffer.concat([Uint8Array.of(0, 0, 0, 2, 0xc3, 0x28), JPEG])],
    ['a stream with a path in it', message({ ...HEADER, stream: '../x' })],
    ['a negative sequence', message({ ...HEADER, sequence: -1 })],
    ['half a sequence', message({ ...HEADER, sequence: 0.5 })],
    ['time as text', message({ ...HEADER, time: '0' })],
    ['no time', message({ ...HEADER, time: undefined })],
    ['no width', message({ ...HEADER, width: 0 })],
    ['a width that no JPEG has', message({ ...HEADER, width: 65_536 })],
    ['version as null', message({ ...HEADER, version: null })],
    ['refined as 1', message({ ...HEADER, refined: 1 })],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('PROTOCOL');
  });

  it('decodes any bytes to a message or a typed error', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json({ maxDepth: 3 }).map((json) => message(json)),
      fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => {
        const bytes = message(HEADER);
        bytes[at % bytes.length] = value;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(codeOf(bytes)).toMatch(/^(PROTOCOL|decoded)$/);
      }),
      { numRuns: 30_000, seed: 1 },
    );
  });
});
