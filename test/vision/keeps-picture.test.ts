import { describe, expect, it } from 'vitest';
import { eyeAt, renderEye } from '../../src/streams/index.js';
import { keepsPicture } from '../../src/vision/keeps-picture.js';

const side = 64;
const eyes = Array.from({ length: 12 }, (_, i) => renderEye(eyeAt(3, i * 90), side, side).data);
const keeps = (before: Uint8Array, after: Uint8Array) => keepsPicture(before, after, side, side);

describe('keepsPicture', () => {
  it('accepts another tone, another contrast, noise and blur', () => {
    for (const eye of eyes) {
      expect(keeps(eye, eye)).toBe(true);
      expect(
        keeps(
          eye,
          eye.map((byte, i) => 60 + byte * [0.6, 0.5, 0.4][i % 3]!),
        ),
      ).toBe(true);
      expect(
        keeps(
          eye,
          eye.map((byte, i) => Math.max(0, Math.min(255, byte + ((i * 7919) % 41) - 20))),
        ),
      ).toBe(true);
    }
  });

  it('refuses flat pictures, negatives and noise', () => {
    for (const eye of eyes) {
      expect(keeps(eye, new Uint8Array(eye.length))).toBe(false);
      expect(keeps(eye, new Uint8Array(eye.length).fill(255))).toBe(false);
      expect(
        keeps(
          eye,
          eye.map((byte) => 255 - byte),
        ),
      ).toBe(false);
      expect(
        keeps(
          eye,
          eye.map((_, i) => (i * i * 7919) % 256),
        ),
      ).toBe(false);
    }
  });

  it('accepts any result for a picture without contrast', () => {
    expect(keeps(new Uint8Array(side * side * 3), eyes[0]!)).toBe(true);
  });
});
