/** Generates identities: the appearance of a person's eye as a function of seed and number. */
import { type Random, randomAt } from '../random.js';
import { linear, mix, scale } from './colour.js';
import type { Colour, EyeIdentity } from './parameters.js';

/** Skin colours from light to dark, sRGB. */
const SKIN: readonly Colour[] = [
  [0.97, 0.85, 0.77],
  [0.93, 0.77, 0.66],
  [0.86, 0.67, 0.54],
  [0.77, 0.56, 0.42],
  [0.63, 0.43, 0.31],
  [0.47, 0.31, 0.22],
  [0.33, 0.21, 0.16],
];

/** Iris colours near the pupil and outside, sRGB, with their frequencies. */
const IRISES: readonly (readonly [Colour, Colour, number])[] = [
  [[0.24, 0.14, 0.08], [0.16, 0.09, 0.06], 3],
  [[0.42, 0.25, 0.12], [0.27, 0.15, 0.09], 3],
  [[0.5, 0.32, 0.18], [0.4, 0.26, 0.17], 2],
  [[0.56, 0.39, 0.16], [0.36, 0.37, 0.2], 1.5],
  [[0.52, 0.45, 0.24], [0.34, 0.45, 0.32], 1.5],
  [[0.55, 0.6, 0.62], [0.32, 0.48, 0.62], 2],
  [[0.6, 0.66, 0.7], [0.42, 0.56, 0.7], 1],
  [[0.58, 0.58, 0.54], [0.44, 0.49, 0.51], 1.5],
];

/** Hair colours, sRGB: black, browns, auburn, blond, grey. */
const HAIR: readonly Colour[] = [
  [0.07, 0.06, 0.06],
  [0.13, 0.09, 0.07],
  [0.22, 0.15, 0.1],
  [0.36, 0.22, 0.14],
  [0.5, 0.37, 0.24],
  [0.5, 0.48, 0.46],
];

const SHADOWS: readonly Colour[] = [
  [0.35, 0.2, 0.17],
  [0.3, 0.24, 0.3],
  [0.5, 0.28, 0.25],
  [0.2, 0.2, 0.24],
];

/**
 * The eye of person `number`. Equal arguments give the same eye, different numbers independent ones. Skin, hair, iris, facial
 * relief, lids, lashes, brow and make-up vary over realistic ranges.
 *
 * @param seed an integer
 * @param number an integer from 0
 */
export function identityAt(seed: number, number: number): EyeIdentity {
  const random = randomAt(seed, 'eye identity', number);
  // Lighter tones are more frequent, because the scale has more steps for them.
  const tone = random.uniform() ** 1.2;
  const skin = scale(colourAt(SKIN, tone), [
    random.uniform(0.94, 1.06),
    random.uniform(0.965, 1.015),
    random.uniform(0.92, 1.06),
  ]);
  const age = random.uniform();
  // Persons with dark skin get dark hair and dark irises.
  const fair = tone < 0.5 && random.uniform() < 0.8;
  const hair = colourAt(HAIR, fair ? random.uniform() : random.uniform(0, 0.25));
  const iris = fair ? pick(IRISES, random) : (IRISES[random.integer(3)] ?? IRISES[0]);
  const [inner, outer] = iris as (typeof IRISES)[number];
  const irisLight = random.uniform(0.8, 1.2);
  const makeUp = random.uniform() < 0.3;
  const monolid = random.uniform() < 0.2;
  const tilt = random.normal(1.1, 0.9);
  const white = random.uniform(0.84, 0.94);
  return {
    textures: random.integer(2 ** 32),
    skin: {
      colour: linear(Math.min(0.98, skin[0]), skin[1], skin[2]),
      roughness: random.uniform(0.1, 0.8),
      freckles: tone < 0.4 && random.uniform() < 0.25 ? random.uniform(0.2, 1) : 0,
      lines: age ** 2 * random.uniform(0.3, 1),
      circles: random.uniform(0.1, 0.9),
      shine: random.uniform(0.1, 0.9),
    },
    face: {
      brow: random.uniform(3, 8),
      nose: random.uniform(7, 14),
      cheek: random.uniform(1, 5),
      socket: random.uniform(6, 9.5),
    },
    lids: {
      innerCorner: [random.uniform(13, 15.2), random.normal(-1.2, 0.5) - 0.3 * tilt],
      outerCorner: [-random.uniform(12.2, 14.4), random.normal(-0.6, 0.4) + 0.7 * tilt],
      upper: random.uniform(3.5, 5.3) - (monolid ? 0.5 : 0),
      lower: random.uniform(4.9, 6.3) - (monolid ? 0.4 : 0),
      crease: monolid ? random.uniform(0.8, 1.6) : random.uniform(1.4, 4.4),
      creaseDepth: monolid ? random.uniform(0, 0.3) : random.uniform(0.35, 1),
      hood: random.uniform(0, 1) * (0.4 + 0.6 * age),
      shadow: {
        colour: linear(...colourAt(SHADOWS, random.uniform())),
        amount: makeUp ? random.uniform(0.2, 0.8) : random.uniform(0, 0.12),
      },
      liner: makeUp ? random.uniform(0.3, 1.1) : random.uniform(0, 0.15),
    },
    lashes: {
      colour: linear(...(makeUp ? colourAt(HAIR, 0) : scale(mix(hair, [0.08, 0.06, 0.05], 0.6), 0.8))),
      length: makeUp ? random.uniform(7, 10) : random.uniform(4, 8),
      count: Math.round(makeUp ? random.uniform(34, 48) : random.uniform(16, 36)),
      curl: random.uniform(0.3, 1.1),
    },
    eyebrow: {
      colour: linear(...hair),
      height: random.uniform(12.5, 19),
      thickness: random.uniform(1.4, 4.2),
      arch: random.uniform(0.3, 4),
      tilt: random.uniform(-1.5, 5),
      density: random.uniform(0.4, 1),
    },
    eyeball: {
      irisRadius: random.uniform(5.5, 6.2),
      irisInner: scale(linear(...inner), irisLight),
      irisOuter: scale(linear(...outer), irisLight),
      collarette: random.uniform(0.45, 0.7),
      fibres: random.uniform(0.3, 1),
      limbalRing: random.uniform(0.3, 1),
      white: linear(white, white - random.uniform(0, 0.05), white - random.uniform(0.02, 0.12)),
      veins: random.uniform(0, 1) ** 2,
    },
  };
}

/** Interpolates in a row of colours; `place` is 0 to 1. */
function colourAt(colours: readonly Colour[], place: number): Colour {
  const at = Math.min(Math.max(place, 0), 1) * (colours.length - 1);
  const index = Math.min(Math.floor(at), colours.length - 2);
  return mix(colours[index] as Colour, colours[index + 1] as Colour, at - index);
}

function pick<T extends readonly [unknown, unknown, number]>(weighted: readonly T[], random: Random): T | undefined {
  let remaining = random.uniform(
    0,
    weighted.reduce((sum, [, , weight]) => sum + weight, 0),
  );
  return weighted.find((entry) => {
    remaining -= entry[2];
    return remaining < 0;
  });
}
