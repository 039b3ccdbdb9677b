import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eyeAt } from '../../src/renderer/eye-at.js';
import { identityAt } from '../../src/renderer/identity.js';
import type { EyeParameters } from '../../src/renderer/parameters.js';
import { type EyePicture, renderEye } from '../../src/renderer/render-eye.js';

/** A wide-open eye in even light, whose pupil is the only thing that is dark. */
function bare(changes: Partial<EyeParameters> = {}): EyeParameters {
  const base = eyeAt(3, 0);
  const pale = [0.8, 0.8, 0.8] as const;
  const identity = {
    ...base.identity,
    skin: { ...base.identity.skin, colour: pale, roughness: 0, freckles: 0, lines: 0, circles: 0 },
    lids: { ...base.identity.lids, upper: 9.5, lower: 9.5, creaseDepth: 0, liner: 0 },
    lashes: { ...base.identity.lashes, count: 0 },
    eyebrow: { ...base.identity.eyebrow, colour: pale, height: 60 },
    eyeball: { ...base.identity.eyeball, irisInner: pale, irisOuter: pale, fibres: 0, limbalRing: 0, veins: 0 },
  };
  return {
    ...base,
    identity: { ...identity, lids: { ...identity.lids, shadow: { colour: pale, amount: 0 } } },
    side: 'right',
    gaze: [0, 0],
    head: [0, 0, 0],
    openness: 1,
    pupilRadius: 2.2,
    offset: [0, 0],
    span: 50,
    light: { direction: [0, 0, 1], intensity: 0, ambient: 1, colour: [1, 1, 1], size: [0.1, 0.1] },
    ...changes,
  };
}

const grey = ({ data }: EyePicture, pixel: number) =>
  ((data[pixel * 3] ?? 0) + (data[pixel * 3 + 1] ?? 0) + (data[pixel * 3 + 2] ?? 0)) / 3;

/** Centroid and spread, weighted by darkness, of the largest patch of touching pixels that are dark. */
function darkBlob(picture: EyePicture) {
  const { width, height } = picture;
  // The cornea mirrors the surroundings over the pupil, so all that is dark counts alike; edges count in part.
  const dark = (pixel: number) => Math.min(1, Math.max(0, (130 - grey(picture, pixel)) / 60));
  const seen = new Uint8Array(width * height);
  let best = { mass: 0, x: 0, y: 0, width: 0, height: 0 };
  for (let start = 0; start < seen.length; start++) {
    const sums = { mass: 0, x: 0, y: 0, xx: 0, yy: 0 };
    const open = [start];
    while (open.length > 0) {
      const pixel = open.pop() as number;
      const weight = pixel >= 0 && pixel < seen.length && seen[pixel] === 0 ? dark(pixel) : 0;
      if (weight === 0) continue;
      seen[pixel] = 1;
      const px = (pixel % width) + 0.5;
      const py = Math.floor(pixel / width) + 0.5;
      sums.mass += weight;
      sums.x += weight * px;
      sums.y += weight * py;
      sums.xx += weight * px * px;
      sums.yy += weight * py * py;
      open.push(pixel - 1, pixel + 1, pixel - width, pixel + width);
    }
    if (sums.mass > best.mass) {
      const meanX = sums.x / sums.mass;
      const meanY = sums.y / sums.mass;
      best = {
        mass: sums.mass,
        x: meanX,
        y: meanY,
        width: Math.sqrt(sums.xx / sums.mass - meanX * meanX),
        height: Math.sqrt(sums.yy / sums.mass - meanY * meanY),
      };
    }
  }
  return best;
}

const pupilOf = (picture: EyePicture) => picture.labels.pupils[0] as readonly [number, number];

describe('renderEye', () => {
  it('is a pure function, also after other renderings', () => {
    const first = renderEye(eyeAt(5, 40), 64, 64);
    renderEye(eyeAt(6, 999, { period: 1 }), 48, 40);
    renderEye(eyeAt(6, 7), 64, 64);
    const again = renderEye(eyeAt(5, 40), 64, 64);
    expect(again).toEqual(first);
    expect(again.data).not.toBe(first.data);
  });

  it.each([
    [8, 8],
    [55, 35],
    [120, 80],
    [40, 90],
  ])('makes %i×%i pictures around the eye', (width, height) => {
    const picture = renderEye(bare(), width, height);
    expect(picture.data).toHaveLength(width * height * 3);
    expect(pupilOf(picture)).toEqual([width / 2, height / 2]);
  });

  it.each([
    [7, 64],
    [64, 1025],
    [64.5, 64],
    [Number.NaN, 64],
  ])('refuses %d×%d', (width, height) => {
    expect(() => renderEye(bare(), width, height)).toThrow(/(width|height) must be a whole number from 8 to 1024/);
  });

  it('labels the pupil where it is seen', () => {
    const between = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(between(0.5), between(0.6)),
        fc.tuple(between(3), between(3)),
        fc.constantFrom('left' as const, 'right' as const),
        fc.tuple(between(0.2), between(0.2), between(0.1)),
        fc.double({ min: 1.4, max: 3, noNaN: true }),
        (gaze, offset, side, head, pupilRadius) => {
          const picture = renderEye(bare({ gaze, offset, side, head, pupilRadius }), 64, 64);
          const blob = darkBlob(picture);
          const [x, y] = pupilOf(picture);
          expect(blob.mass).toBeGreaterThan(0);
          expect(Math.hypot(blob.x - x, blob.y - y)).toBeLessThan(0.7);
          expect(picture.labels.gaze).toEqual(gaze);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('turns the pupil to the picture’s left for positive yaw and up for positive pitch, as far as an eye does', () => {
    const seen = (pitch: number, yaw: number) => pupilOf(renderEye(bare({ gaze: [pitch, yaw] }), 50, 50));
    for (const angle of [0.1, 0.3, 0.5]) {
      // 50 pixels span 50 mm; the pupil is imaged 9 to 11.5 mm in front of the eyeball's centre.
      const left = 25 - seen(0, angle)[0];
      expect(left / Math.sin(angle)).toBeGreaterThan(9);
      expect(left / Math.sin(angle)).toBeLessThan(11.5);
      expect(seen(0, -angle)[0] - 25).toBeCloseTo(left, 6);
      expect(25 - seen(angle, 0)[1]).toBeCloseTo(left, 6);
      expect(seen(angle, 0)[0]).toBeCloseTo(25, 6);
    }
  });

  it('foreshortens the pupil to an ellipse when the eye turns', () => {
    const aspect = (yaw: number) => {
      const { width, height } = darkBlob(renderEye(bare({ gaze: [0, yaw] }), 128, 128));
      return width / height;
    };
    expect(aspect(0)).toBeCloseTo(1, 1);
    // Through the cornea it looks less foreshortened than the bare cosine.
    expect(aspect(0.6)).toBeGreaterThan(Math.cos(0.6));
    expect(aspect(0.6)).toBeLessThan(0.95);
    expect(aspect(-0.6)).toBeCloseTo(aspect(0.6), 1);
  });

  it('shows a larger pupil for a larger radius', () => {
    const small = darkBlob(renderEye(bare({ pupilRadius: 1.3 }), 64, 64)).mass;
    expect(darkBlob(renderEye(bare({ pupilRadius: 3 }), 64, 64)).mass).toBeGreaterThan(3 * small);
  });

  it('closes the lids over the pupil', () => {
    const open = darkBlob(renderEye(bare(), 64, 64)).mass;
    expect(darkBlob(renderEye(bare({ openness: 0.8 }), 64, 64)).mass).toBeGreaterThan(0.9 * open);
    expect(darkBlob(renderEye(bare({ openness: 0 }), 64, 64)).mass).toBeLessThan(0.1 * open);
  });

  it('lowers the upper lid with a gaze that goes down, and lifts it with one that goes up', () => {
    const { identity } = bare();
    const black = [0.01, 0.01, 0.01] as const;
    const dark = {
      ...identity,
      skin: { ...identity.skin, colour: black, shine: 0 },
      lids: { ...identity.lids, upper: 4, lower: 5.5 },
    };
    // The first row, from the top, in which the opening is seen in the middle column.
    const edge = (pitch: number) => {
      const picture = renderEye(bare({ gaze: [pitch, 0], identity: dark, pupilRadius: 1 }), 64, 64);
      return Array.from({ length: 64 }, (_, row) => grey(picture, row * 64 + 32)).findIndex((value) => value > 100);
    };
    expect(edge(-0.35)).toBeGreaterThan(edge(0) + 2);
    expect(edge(0.3)).toBeLessThan(edge(0) - 1);
  });

  it('draws the left eye as the mirror image of the right one', () => {
    // Textures lie on the face, so they are mirrored too; only rounding may differ.
    const right = renderEye(
      { ...eyeAt(2, 0), side: 'right', gaze: [0.1, 0.3], head: [0.1, 0.1, 0.05], offset: [1, 0] },
      64,
      64,
    );
    const base = eyeAt(2, 0);
    const [x, y, z] = base.light.direction;
    const left = renderEye(
      {
        ...base,
        side: 'left',
        gaze: [0.1, -0.3],
        head: [0.1, -0.1, -0.05],
        offset: [-1, 0],
        light: { ...base.light, direction: [-x, y, z] },
      },
      64,
      64,
    );
    let sum = 0;
    for (let row = 0; row < 64; row++) {
      for (let column = 0; column < 64; column++) {
        sum += Math.abs(grey(right, row * 64 + column) - grey(left, row * 64 + 63 - column));
      }
    }
    expect(sum / 64 / 64).toBeLessThan(2);
    expect(pupilOf(left)[0]).toBeCloseTo(64 - pupilOf(right)[0], 9);
  });

  it('reflects the lamp in the cornea on the lamp’s side', () => {
    const highlight = (x: number) => {
      const light = {
        direction: [x, 0.1, 1] as const,
        intensity: 1,
        ambient: 0.1,
        colour: [1, 1, 1] as const,
        size: [0.15, 0.15] as const,
      };
      const dark = [0.02, 0.02, 0.02] as const;
      const { identity } = bare();
      const eyeball = { ...identity.eyeball, irisInner: dark, irisOuter: dark };
      const picture = renderEye(bare({ light, identity: { ...identity, eyeball } }), 128, 128);
      let best = -1;
      let at = 0;
      for (let row = 56; row < 72; row++) {
        for (let column = 53; column < 75; column++) {
          const value = grey(picture, row * 128 + column);
          if (value > best) [best, at] = [value, column + 0.5];
        }
      }
      expect(best).toBeGreaterThan(150);
      return at - 64;
    };
    expect(highlight(0.8)).toBeGreaterThan(2);
    expect(highlight(-0.8)).toBeLessThan(-2);
  });

  it('renders different people differently', () => {
    const view = eyeAt(1, 10);
    const pictures = Array.from({ length: 12 }, (_, number) =>
      renderEye({ ...view, openness: 1, identity: identityAt(1, number) }, 64, 64),
    );
    for (const [i, one] of pictures.entries()) {
      for (const other of pictures.slice(i + 1)) {
        let sum = 0;
        for (let k = 0; k < one.data.length; k++) sum += Math.abs((one.data[k] as number) - (other.data[k] as number));
        expect(sum / one.data.length).toBeGreaterThan(5);
      }
    }
  });

  it('renders the widest ranges without a hole', () => {
    for (let i = 0; i < 40; i++) {
      const parameters = eyeAt(11, i * 13, { period: 13, head: 0.4, gaze: { pitch: 0.8, yaw: 0.8 } });
      const picture = renderEye(parameters, 32, 32);
      let black = 0;
      for (let k = 0; k < picture.data.length; k++) if (picture.data[k] === 0) black++;
      expect(black / picture.data.length).toBeLessThan(0.05);
      expect(new Set(picture.data).size).toBeGreaterThan(20);
      expect(Math.hypot(...pupilOf(picture))).toBeLessThan(64);
    }
  });
});
