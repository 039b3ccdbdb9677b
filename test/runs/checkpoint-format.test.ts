import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { Checkpoint } from '../../src/models/types.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/runs/index.js';

const SMALL: Checkpoint = {
  config: { recipe: 'simgan', preset: 'live', width: 64, height: 32, seed: 7, lambda: 0.5, note: 'größe' },
  step: 12,
  version: 12,
  phase: 'adversarial',
  state: {
    'refiner/weights/last/kernel': { shape: [2, 2, 1, 1], data: Float32Array.of(1, -0, Number.NaN, 1e-40) },
    'refiner/optimiser/updates': { shape: [], data: Float32Array.of(12) },
    nothing: { shape: [0, 3], data: new Float32Array(0) },
  },
  blobs: { history: Uint8Array.of(1, 2, 255), empty: new Uint8Array(0) },
  meta: { historyCount: 1, nested: { list: [1, 'two', null] } },
};

/** The bytes with another header and payload, and the right checksum: what an attacker would write. */
function forged(header: unknown, payload = Buffer.alloc(0), headerLength?: number): Buffer {
  const json = Buffer.isBuffer(header) ? header : Buffer.from(JSON.stringify(header) ?? '');
  const start = Buffer.alloc(16);
  start.write('IRISFLOW');
  start.writeUInt32LE(1, 8);
  start.writeUInt32LE(headerLength ?? json.length, 12);
  return signed(Buffer.concat([start, json, payload]));
}

function signed(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]);
}

function headerOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { state: _state, blobs: _blobs, ...rest } = SMALL;
  return { ...rest, tensors: [], blobs: [], ...changes };
}

function refused(bytes: Uint8Array): string {
  try {
    decodeCheckpoint(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(IrisflowError);
    expect((error as IrisflowError).code).toBe('CHECKPOINT');
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('these bytes were accepted');
}

describe('the checkpoint format', () => {
  it('gives back exactly what went in', () => {
    const back = decodeCheckpoint(encodeCheckpoint(SMALL));
    expect(back).toEqual(SMALL);
    expect(Object.is(back.state['refiner/weights/last/kernel']!.data[1], -0)).toBe(true);
  });

  it('reads from any offset, and keeps nothing of the bytes', () => {
    const bytes = encodeCheckpoint(SMALL);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const back = decodeCheckpoint(shifted.subarray(3));
    shifted.fill(0);
    expect(back).toEqual(SMALL);
  });

  it('brings any names and values back', () => {
    const name = fc.stringMatching(/^[\w./:-]{1,20}$/).filter((n) => n !== '__proto__');
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape, data }));
    });
    fc.assert(
      fc.property(
        fc.dictionary(name, tensor, { noNullPrototype: true }),
        fc.dictionary(name, fc.uint8Array(), { noNullPrototype: true }),
        fc.nat(),
        (state, blobs, step) => {
          for (const shared of Object.keys(state)) delete blobs[shared];
          const checkpoint = { ...SMALL, state, blobs, step };
          expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
        },
      ),
    );
  });

  it('refuses to write what could not be read back', () => {
    const tensor = { shape: [2], data: new Float32Array(3) };
    expect(() => encodeCheckpoint({ ...SMALL, state: { tensor } })).toThrow(/tensor has 3 values for shape \[2\]/);
    expect(() => encodeCheckpoint({ ...SMALL, state: { 'a b': tensor } })).toThrow(/odd characters/);
    expect(() => encodeCheckpoint({ ...SMALL, step: -1 })).toThrow(IrisflowError);
  });
});

describe('hostile bytes', () => {
  const good = Buffer.from(encodeCheckpoint(SMALL));

  it('cut off anywhere are refused', () => {
    for (let length = 0; length < good.length; length++) refused(good.subarray(0, length));
  });

  it('with any bit flipped are refused', () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      refused(bytes);
    }
  });

  it('of any kind are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void refused(bytes)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (tail) => void refused(Buffer.concat([good.subarray(0, 16), tail])),
      ),
      { numRuns: 500 },
    );
  });

  it('with a right checksum but changed within give a checkpoint or a typed error, and nothing else', () => {
    const body = good.subarray(0, -32);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, patch) => {
        const bytes = Buffer.from(body);
        bytes.set(patch.subarray(0, bytes.length - at), at);
        try {
          const { state, blobs } = decodeCheckpoint(signed(bytes));
          const held = Object.values(state).reduce((sum, { data }) => sum + data.byteLength, 0);
          expect(held + Object.values(blobs).reduce((sum, { length }) => sum + length, 0)).toBeLessThan(body.length);
        } catch (error) {
          expect(error).toMatchObject({ name: 'IrisflowError', code: 'CHECKPOINT' });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('with any JSON for a header are refused', () => {
    fc.assert(
      fc.property(fc.json(), (json) => void refused(forged(Buffer.from(json)))),
      { numRuns: 500 },
    );
    for (const key of Object.keys(headerOf())) {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          try {
            decodeCheckpoint(forged(headerOf({ [key]: value })));
          } catch (error) {
            expect(error).toMatchObject({ code: 'CHECKPOINT' });
          }
        }),
      );
    }
  });

  it.each([
    ['nothing like a checkpoint', Buffer.from('GIF89a'.repeat(20)), /not an irisflow checkpoint/],
    [
      'another format version',
      signed(Buffer.concat([Buffer.from('IRISFLOW'), Buffer.from([2, 0, 0, 0]), good.subarray(12, -32)])),
      /version 2/,
    ],
    ['a header beyond the end', forged(headerOf(), Buffer.alloc(0), 0xffffffff), /longer than the file/],
    ['no JSON', forged(Buffer.from('{"a":')), /not JSON/],
    ['no UTF-8', forged(Buffer.from([0x22, 0xff, 0x22])), /not JSON/],
    ['a huge tensor', forged(headerOf({ tensors: [{ name: 'a', shape: [2 ** 30] }] })), /longer than the file/],
    [
      'a tensor beyond counting',
      forged(headerOf({ tensors: [{ name: 'a', shape: [2 ** 52, 2 ** 52] }] })),
      /no proper shape/,
    ],
    ['a negative size', forged(headerOf({ blobs: [{ name: 'a', length: -1 }] })), /no length/],
    [
      'a name twice',
      forged(headerOf({ tensors: [{ name: 'a', shape: [0] }], blobs: [{ name: 'a', length: 0 }] })),
      /same name/,
    ],
    ['the name __proto__', forged(headerOf({ blobs: [{ name: '__proto__', length: 0 }] })), /odd characters/],
    ['bytes left over', forged(headerOf(), Buffer.alloc(5)), /5 bytes are left over/],
    [
      'too many entries',
      forged(headerOf({ blobs: Array.from({ length: 10_001 }, (_, i) => ({ name: `b${i}`, length: 0 })) })),
      /more entries/,
    ],
    [
      'a bottomless header',
      forged(Buffer.from(`{"meta":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)),
      /nested too deeply/,
    ],
  ])('that hold %s are refused by name', (_what, bytes, message) => {
    expect(refused(bytes)).toMatch(message);
  });
});
