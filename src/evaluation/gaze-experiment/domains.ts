/** Generates the pictures of the experiment: renders, and eyes seen by simulated cameras. */
import { setImmediate } from 'node:timers/promises';
import { randomAt } from '../../random.js';
import { cameraAt, photograph } from '../../renderer/camera.js';
import { type EyeFilm, eyeFilm, filmedEye } from '../../renderer/eye-at.js';
import { identityAt } from '../../renderer/identity.js';
import type { EyeIdentity } from '../../renderer/parameters.js';
import { renderEye } from '../../renderer/render-eye.js';
import type { Kind } from './types.js';

/** Pictures of eyes with their labels. */
export interface LabelledPictures {
  /** RGB bytes, `count · height · width · 3`. */
  readonly data: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Pitch and yaw of each picture in radians, one pair after the other, as in `FrameLabels`. */
  readonly gaze: Float32Array;
  /** Pupil centre of each picture, x and y in pixels, one pair after the other. */
  readonly pupils: Float32Array;
}

/**
 * - `synthetic`, `synthetic-test`: renders as from `fromRenderer`, each of a new person.
 * - `photographed`, `photographed-test`: the same renders, each seen by another webcam: the output of a perfect refiner.
 * - `real`, `real-test`: other people with a narrower range of skin, in dimmer light, seen by a webcam; ten pictures of each person, as
 *   from a recording. `real` and `real-test` share no people and no cameras.
 */
export type Domain = Kind | `${Kind}-test`;

/** Number of pictures of each real person. */
export const RECORDING = 10;
/** Seeds of people, views, lights and cameras for each domain; photographed renders have the seeds of the renders. */
const SEEDS: Readonly<Record<Domain, number>> = {
  synthetic: 1,
  'synthetic-test': 2,
  photographed: 1,
  'photographed-test': 2,
  real: 3,
  'real-test': 4,
};
/** Range of linear brightness of the recorded people's skin: from light brown to dark brown. */
const SKIN = [0.1, 0.32] as const;

/** Options for views with independent gaze and open eyes. */
const SYNTHETIC = eyeFilm({ fps: 0, step: 2, period: 1, blinkRate: 0 });
const REAL = eyeFilm({ fps: 0, step: 2, period: RECORDING, blinkRate: 0, light: [0.5, 0.9] });

export interface DomainOptions {
  /** The experiment's seed, which determines the people in every domain. */
  readonly seed: number;
  readonly count: number;
  readonly size: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Generates pictures of a domain, in about 2 ms per render and 5 ms per photograph. A pure function of domain, seed, count and size. */
export async function picturesOf(domain: Domain, options: DomainOptions): Promise<LabelledPictures> {
  const { count, size, signal, onProgress } = options;
  const seed = options.seed * 16 + SEEDS[domain];
  const real = domain.startsWith('real');
  const photographed = !domain.startsWith('synthetic');
  const bytes = size * size * 3;
  const generated = {
    data: new Uint8Array(count * bytes),
    gaze: new Float32Array(2 * count),
    pupils: new Float32Array(2 * count),
  };
  let person: EyeIdentity | undefined;
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (real && i % RECORDING === 0) ({ person, next } = nextPerson(seed, next));
    const film: EyeFilm = real ? REAL : SYNTHETIC;
    const view = filmedEye(seed, i, film);
    const picture = renderEye(person === undefined ? view : { ...view, identity: person }, size, size);
    const data = photographed
      ? await photograph(
          picture.data,
          size,
          size,
          cameraAt(seed, real ? Math.floor(i / RECORDING) : i),
          randomAt(seed, 'sensor', i),
        )
      : picture.data;
    generated.data.set(data, i * bytes);
    generated.gaze.set(picture.labels.gaze, 2 * i);
    generated.pupils.set(picture.labels.pupils[0] ?? [Number.NaN, Number.NaN], 2 * i);
    if (i % 16 === 15) {
      await setImmediate();
      signal?.throwIfAborted();
      onProgress?.(i + 1);
    }
  }
  return { ...generated, count, width: size, height: size };
}

/** The first person, from number `next` on, whose skin is within {@link SKIN}. */
function nextPerson(seed: number, next: number): { person: EyeIdentity; next: number } {
  for (let number = next; ; number++) {
    const person = identityAt(seed, number);
    const [red, green, blue] = person.skin.colour;
    const brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    if (brightness >= SKIN[0] && brightness <= SKIN[1]) return { person, next: number + 1 };
  }
}
