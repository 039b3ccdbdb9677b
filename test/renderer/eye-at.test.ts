import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { type EyeFilmOptions, eyeAt } from '../../src/renderer/eye-at.js';
import { identityAt } from '../../src/renderer/identity.js';
import { blinkAt, minimumJerk } from '../../src/renderer/motion.js';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('eyeAt', () => {
  it('is a pure function of seed and number', () => {
    const forward = range(200).map((i) => eyeAt(4, i, { period: 20 }));
    const backward = range(200)
      .reverse()
      .map((i) => eyeAt(4, i, { period: 20 }))
      .reverse();
    expect(backward).toEqual(forward);
    expect(eyeAt(5, 17)).not.toEqual(eyeAt(4, 17));
  });

  it('changes the person and the side according to the options', () => {
    const people = (options: EyeFilmOptions) =>
      new Set(range(300).map((i) => eyeAt(1, i, options).identity.textures)).size;
    const sides = (options: EyeFilmOptions) => new Set(range(300).map((i) => eyeAt(1, i, options).side));
    expect(people({ identity: 'fixed', period: 10 })).toBe(1);
    expect(people({ identity: 'changing', period: 10 })).toBe(30);
    expect(sides({ identity: 'fixed', period: 10 })).toEqual(new Set(['left', 'right']));
    expect(sides({ identity: 'changing', period: 10 })).toEqual(new Set(['left', 'right']));
    expect(sides({ side: 'left', period: 10 })).toEqual(new Set(['left']));
  });

  it('keeps gaze, face and lids in range and uses the range', () => {
    const frames = range(1000).map((i) => eyeAt(9, i * 23, { gaze: { pitch: 0.2, yaw: 0.4 }, head: 0.1 }));
    const yaws = frames.map((frame) => frame.gaze[1]);
    const pitches = frames.map((frame) => frame.gaze[0]);
    expect(Math.max(...yaws)).toBeLessThanOrEqual(0.4);
    expect(Math.min(...yaws)).toBeGreaterThanOrEqual(-0.4);
    expect(Math.max(...yaws) - Math.min(...yaws)).toBeGreaterThan(0.7);
    expect(Math.max(...pitches)).toBeLessThanOrEqual(0.2);
    expect(Math.max(...pitches) - Math.min(...pitches)).toBeGreaterThan(0.35);
    for (const frame of frames) {
      expect(Math.max(...frame.head.map(Math.abs))).toBeLessThanOrEqual(0.1);
      expect(frame.openness).toBeGreaterThanOrEqual(0);
      expect(frame.openness).toBeLessThan(1.3);
    }
  });

  it('takes ranges that are not centred, and steps that make frames independent', () => {
    const options = { gaze: { pitch: [-0.4, -0.1], yaw: [0, 0.3] }, step: 2, period: 1 } as const;
    const gazes = range(1200).map((i) => eyeAt(5, i, options).gaze);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [i, least, greatest] of [
      [0, -0.4, -0.1],
      [1, 0, 0.3],
    ] as const) {
      const angles = gazes.map((gaze) => gaze[i]);
      expect(Math.min(...angles)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...angles)).toBeLessThanOrEqual(greatest);
      const middle = mean(angles);
      expect(middle).toBeCloseTo((least + greatest) / 2, 1);
      const variance = mean(angles.map((angle) => (angle - middle) ** 2));
      const lagged = mean(angles.slice(1).map((angle, k) => (angle - middle) * ((angles[k] as number) - middle)));
      expect(Math.abs(lagged / variance)).toBeLessThan(0.1);
    }
  });

  it('fixates most of the time, with fast saccades between', () => {
    const gazes = range(1501).map((i) => eyeAt(2, i, { identity: 'fixed' }).gaze);
    const steps = range(1500).map((i) => {
      const [from, to] = [gazes[i] as readonly [number, number], gazes[i + 1] as readonly [number, number]];
      return Math.hypot(to[0] - from[0], to[1] - from[1]);
    });
    const still = steps.filter((step) => step < 0.02).length / steps.length;
    expect(still).toBeGreaterThan(0.6);
    expect(still).toBeLessThan(0.98);
    // The main sequence's peak speed, about 700 degrees a second.
    expect(Math.max(...steps) * 30 * (180 / Math.PI)).toBeLessThan(800);
  });

  it('blinks at the given rate, and not at 0', () => {
    const blinks = (rate: number) => {
      let count = 0;
      for (let time = 0, was = 0; time < 600; time += 0.03) {
        const now = blinkAt(3, time, rate) > 0.5 ? 1 : 0;
        if (now > was) count++;
        was = now;
      }
      return count;
    };
    expect(blinks(0)).toBe(0);
    expect(blinks(15)).toBeGreaterThan(140);
    // 150 spans, and one that began before.
    expect(blinks(15)).toBeLessThanOrEqual(151);
    expect(Math.min(...range(300).map((i) => eyeAt(3, i).openness))).toBeLessThan(0.2);
  });

  it('has minimum-jerk movements from 0 to 1 that start at rest', () => {
    expect([-1, 0, 0.5, 1, 2].map(minimumJerk)).toEqual([0, 0, 0.5, 1, 1]);
    expect(minimumJerk(0.01)).toBeLessThan(1e-4);
  });

  it.each<[EyeFilmOptions, RegExp]>([
    [{ fps: -1 }, /fps/],
    [{ fps: Number.NaN }, /fps/],
    [{ period: 0 }, /period/],
    [{ period: 1.5 }, /period/],
    [{ gaze: { pitch: 2 } }, /gaze\.pitch/],
    [{ gaze: { yaw: -0.1 } }, /gaze\.yaw/],
    [{ gaze: { yaw: [0.2, 0.1] } }, /gaze\.yaw/],
    [{ gaze: { pitch: [Number.NaN, 0.1] } }, /gaze\.pitch/],
    [{ step: 0 }, /step/],
    [{ head: 1 }, /head/],
    [{ light: [1, 0.5] }, /light/],
    [{ blinkRate: 100 }, /blinkRate/],
    [{ span: 0 }, /span/],
    [{ identity: 'other' as 'fixed' }, /identity/],
    [{ side: 'up' as 'left' }, /side/],
  ])('refuses %o', (options, message) => {
    expect(() => eyeAt(0, 0, options)).toThrow(message);
    expect(() => eyeAt(0, 0, options)).toThrow(IrisflowError);
  });
});

it.each([
  [0.5, 0],
  [0, -1],
  [0, Number.NaN],
])('refuses seed %d, index %d', (seed, index) => {
  expect(() => eyeAt(seed, index)).toThrow(IrisflowError);
});

describe('identityAt', () => {
  it('makes plausible people who vary widely', () => {
    const people = range(300).map((i) => identityAt(1, i));
    const spread = (value: (person: (typeof people)[number]) => number) => {
      const values = people.map(value);
      return Math.max(...values) / Math.min(...values);
    };
    expect(spread((p) => p.skin.colour[0])).toBeGreaterThan(5);
    expect(spread((p) => p.eyeball.irisOuter[2])).toBeGreaterThan(10);
    expect(spread((p) => p.lids.innerCorner[0] - p.lids.outerCorner[0])).toBeGreaterThan(1.1);
    for (const person of people) {
      for (const colour of [
        person.skin.colour,
        person.eyeball.irisInner,
        person.eyebrow.colour,
        person.eyeball.white,
      ]) {
        for (const channel of colour) {
          expect(channel).toBeGreaterThan(0);
          expect(channel).toBeLessThan(1);
        }
      }
      expect(person.lids.upper).toBeGreaterThan(2);
    }
    expect(new Set(people.map((person) => person.textures)).size).toBe(300);
  });
});
