import { describe, expect, it } from 'vitest';
import { createAnchors } from '../../../src/vision/detector/anchors.js';
import { blend, type Candidate, decode, overlap } from '../../../src/vision/detector/decode.js';

const candidate = (score: number, x: number, y: number, side: number): Candidate => ({
  score,
  values: Float32Array.of(x, y, side, side, x - 1, y, x + 1, y, x, y + 1, x, y + 2),
});

describe('anchors', () => {
  it('are 896 for 256 pixels: two in each 16 pixel cell, then six in each 32 pixel cell', () => {
    const anchors = createAnchors(256);
    expect(anchors.length).toBe(896 * 2);
    expect([...anchors.slice(0, 6)]).toEqual([8, 8, 8, 8, 24, 8]);
    expect([...anchors.slice(512 * 2, 512 * 2 + 14)]).toEqual([...Array(6).fill([16, 16]).flat(), 48, 16]);
    expect([...anchors.slice(-2)]).toEqual([240, 240]);
  });

  it('cover every multiple of 32', () => {
    for (const size of [32, 96, 128]) {
      expect(createAnchors(size).length / 2).toBe((size * size) / 128 + (6 * size * size) / 1024);
    }
  });
});

describe('decode', () => {
  const anchors = Float32Array.of(8, 8, 24, 40);
  const boxes = Float32Array.from([...Array(16).fill(0), 1, 2, 30, 20, -5, -6, 5, -6, 0.5, 1, 0, 9, 90, 91, 92, 93]);

  it('puts positions at the anchor, leaves sizes as they are, and drops the ears', () => {
    const [face, ...none] = decode({ logits: Float32Array.of(-3, 3), boxes }, anchors, 0.65);
    expect(none).toEqual([]);
    expect(face?.score).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
    expect([...(face?.values ?? [])]).toEqual([25, 42, 30, 20, 19, 34, 29, 34, 24.5, 41, 24, 49]);
  });

  it('sorts by score and keeps scores from the threshold on', () => {
    const two = Float32Array.from([...boxes.slice(16), ...boxes.slice(16)]);
    const logit = Math.log(0.65 / 0.35);
    const scores = decode({ logits: Float32Array.of(logit + 1e-4, 9), boxes: two }, anchors, 0.65).map((c) => c.score);
    expect(scores[0]).toBeGreaterThan(0.99);
    expect(scores[1]).toBeCloseTo(0.65, 3);
    expect(decode({ logits: Float32Array.of(logit - 1e-3, -9), boxes: two }, anchors, 0.65)).toEqual([]);
  });

  it('finds nothing in non-finite outputs', () => {
    const nan = { logits: Float32Array.of(Number.NaN, 9), boxes: new Float32Array(32).fill(Number.NaN) };
    expect(decode(nan, anchors, 0.65)).toEqual([]);
    const inverted = { logits: new Float32Array(2).fill(9), boxes: new Float32Array(32).fill(-1) };
    expect(decode(inverted, anchors, 0.65)).toEqual([]);
    expect(decode({ logits: new Float32Array(0), boxes: new Float32Array(0) }, anchors, 0.65)).toEqual([]);
  });

  it('writes nothing into the outputs, which the next run reuses', () => {
    const before = boxes.slice();
    decode({ logits: Float32Array.of(3, 3), boxes }, anchors, 0.65);
    expect(boxes).toEqual(before);
  });
});

describe('overlap', () => {
  it('is the intersection over the union', () => {
    const a = candidate(1, 10, 10, 10);
    expect(overlap(a, a)).toBe(1);
    expect(overlap(a, candidate(1, 15, 10, 10))).toBeCloseTo(50 / 150, 6);
    expect(overlap(a, candidate(1, 15, 15, 10))).toBeCloseTo(25 / 175, 6);
    expect(overlap(a, candidate(1, 20, 10, 10))).toBe(0);
    expect(overlap(a, candidate(1, 30, 30, 10))).toBe(0);
  });
});

describe('blend', () => {
  it('merges overlapping candidates by their mean, weighted by score', () => {
    const faces = blend([candidate(0.9, 10, 10, 10), candidate(0.7, 50, 50, 10), candidate(0.6, 12, 10, 13)]);
    expect(faces.map((face) => face.score)).toEqual([0.9, 0.7]);
    expect(faces[0]?.values[0]).toBeCloseTo((0.9 * 10 + 0.6 * 12) / 1.5, 5);
    expect(faces[0]?.values[2]).toBeCloseTo((0.9 * 10 + 0.6 * 13) / 1.5, 5);
    expect(faces[1]?.values[0]).toBeCloseTo(50, 4);
  });

  it('keeps a candidate that overlaps only with a merged one', () => {
    const faces = blend([candidate(0.9, 10, 10, 10), candidate(0.8, 14, 10, 10), candidate(0.7, 18, 10, 10)]);
    expect(faces.map((face) => face.score)).toEqual([0.9, 0.7]);
  });

  it('returns no faces for no candidates', () => expect(blend([])).toEqual([]));
});
