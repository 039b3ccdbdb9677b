/** Finds the centre of the pupil in an eye crop and tracks it to a refined one, to measure the shift by refinement. */
import { IrisflowError } from '../../errors.js';
import { fitCircle } from './circle.js';
import { gradientsOf } from './gradients.js';
import { displacementOf } from './track.js';
import { guessPupil } from './votes.js';

/** A pupil in pixels of the crop; the centre of the first pixel is (0.5, 0.5). */
export interface Pupil {
  /** Column of its centre, in pixels. */
  readonly x: number;
  /** Row of its centre, in pixels. */
  readonly y: number;
  /** Radius of the fitted circle, which is the iris: 0.09 to 0.19 of the width. */
  readonly radius: number;
  /**
   * 0.3 to 1: how clearly the iris's left and right edges are visible. Of rendered eyes, 97 % of the open and a third of the closed
   * ones have 0.3 or more; nine of ten of the open and one in thirty of the closed ones have 0.45 or more.
   */
  readonly confidence: number;
}

/** The position of a known pupil in another picture of the same eye, in pixels. */
export interface TrackedPupil {
  /** Column of its centre, in pixels. */
  readonly x: number;
  /** Row of its centre, in pixels. */
  readonly y: number;
  /** 0.7 to 1: the correlation of the iris and its edge in both pictures. */
  readonly confidence: number;
}

/** With a lower confidence the picture shows a closed eye or none. */
const minConfidence = 0.3;
/**
 * With a lower correlation it is not the same eye. Blur, tone curves and grey highlights keep 0.86 and more. This value is reached by
 * one in 35 eyes that close to 40 %, no closed ones, and 19 of 105 eyes of other persons; noise has less than 0.3.
 */
const minCorrelation = 0.7;

/**
 * Finds the centre of the pupil (or of the iris, where the pupil is not distinguishable) with subpixel accuracy.
 *
 * The method has two steps. First, gradients vote for the point that they point away from, weighted by darkness (Timm and Barth,
 * "Accurate eye centre localisation by means of gradients", VISAPP 2011, with votes limited to a narrow cone and distance). Second,
 * the circle near that point is fitted across which brightness rises most sharply, on the left and right only, where lids do not
 * cover it (Daugman's integro-differential operator, "High confidence visual recognition of persons", PAMI 1993).
 *
 * On rendered eyes (64×64, confidence at least 0.45) half of the errors are under 0.3 pixels, nine of ten under 1.1. The measured
 * shift of an eye that moves by a fraction of a pixel has an error of 0.06 (nine of ten: 0.2); blur, noise and another exposure
 * change the result by 0.2, 0.06 and 0.02.
 *
 * @param picture RGB bytes, `width · height · 3`, of an eye crop about 0.8 inter-ocular distances wide.
 * @returns `undefined` where the eye is recognised as closed, or no eye is recognised.
 * @throws {IrisflowError} `USAGE` where the size is under 16×16 or not that of the bytes.
 *
 * @example
 * import { findPupil } from 'irisflow/vision';
 * import { eyeAt, renderEye } from 'irisflow/streams';
 *
 * const { data, width, height, labels } = renderEye(eyeAt(4, 3), 64, 64);
 * console.log(findPupil(data, width, height), labels.pupils);
 */
export function findPupil(picture: Uint8Array, width: number, height: number): Pupil | undefined {
  checkSize('findPupil', picture, width, height);
  const gradients = gradientsOf(picture, width, height);
  const guess = guessPupil(gradients);
  if (!guess) return undefined;
  const { x, y, radius, confidence } = fitCircle(gradients, guess);
  return confidence < minConfidence ? undefined : { x, y, radius, confidence };
}

/**
 * Tracks a pupil from one picture to another of the same eye, such as a refined one, with subpixel accuracy. The neighbourhood of
 * the iris (1.4 radii) is shifted by up to ±6/64 of the width to the maximum of the zero-mean normalised cross-correlation of slightly
 * blurred brightness (Lewis, "Fast normalized cross-correlation", Vision Interface 1995), which is invariant to gain and offset.
 * Unlike {@link findPupil} on both pictures, it does not detect the iris's edge, so that a blurred edge or another highlight does not
 * change the result.
 *
 * For whole pictures shifted by a fraction of a pixel, blurred (1 pixel), with gamma 0.6 or 2, half the contrast or a grey highlight,
 * half of the errors are under 0.1 pixels (64×64), nine of ten under 0.2. Lids and reflections do not move with the gaze: where only
 * the gaze changes, about 85 % of the pupil's shift is found.
 *
 * @param pupil the pupil in `from`, from {@link findPupil}.
 * @param from RGB bytes, `width · height · 3`, of an eye crop; `to`: the same of the other picture.
 * @returns `undefined` where no place in range has a correlation of 0.7.
 * @throws {IrisflowError} `USAGE` where the size is under 16×16 or not that of the bytes.
 *
 * @example
 * import { findPupil, trackPupil } from 'irisflow/vision';
 * import { eyeAt, renderEye } from 'irisflow/streams';
 *
 * const { data, width, height } = renderEye(eyeAt(4, 3), 64, 64);
 * const brighter = data.map((value) => Math.min(255, value * 1.2));
 * const pupil = findPupil(data, width, height);
 * if (pupil) console.log(pupil, trackPupil(pupil, data, brighter, width, height));
 */
export function trackPupil(
  pupil: Pupil,
  from: Uint8Array,
  to: Uint8Array,
  width: number,
  height: number,
): TrackedPupil | undefined {
  checkSize('trackPupil', from, width, height);
  checkSize('trackPupil', to, width, height);
  const moved = displacementOf(pupil, from, to, width, height);
  if (!moved || moved.correlation < minCorrelation) return undefined;
  return { x: pupil.x + moved.x, y: pupil.y + moved.y, confidence: moved.correlation };
}

function checkSize(what: string, picture: Uint8Array, width: number, height: number): void {
  if (width >= 16 && height >= 16 && picture.length === width * height * 3) return;
  throw new IrisflowError(
    'USAGE',
    `${what} got ${picture.length} bytes for ${width}×${height}: it needs width · height · 3, at least 16×16.`,
  );
}
