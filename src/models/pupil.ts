/** Finds the centre of the pupil in an eye crop, to measure how far refinement moves it. */
import { IrisflowError } from '../errors.js';
import { fitCircle } from './pupil/circle.js';
import { gradientsOf } from './pupil/gradients.js';
import { mostVoted } from './pupil/votes.js';

/** A pupil in pixels of the crop; the centre of the first pixel is (0.5, 0.5). */
export interface Pupil {
  readonly x: number;
  readonly y: number;
  /**
   * 0.3 to 1: how clearly the iris's edge shows on its left and right. Of rendered eyes, 97 % of the open and a third of the
   * closed have 0.3 or more; nine of ten of the open and one in thirty of the closed have 0.45 or more.
   */
  readonly confidence: number;
}

/** Below this it is a closed eye or none. */
const leastConfidence = 0.3;

/**
 * The centre of the pupil (of the iris, where the pupil cannot be told from it), to a fraction of a pixel.
 *
 * Two steps. The gradients vote for the point that they point away from, dark places first (Timm and Barth, "Accurate eye
 * centre localisation by means of gradients", VISAPP 2011, with votes to a narrow cone and a limited distance only). Near
 * that point, the circle is fitted that brightness rises across most sharply, to its left and right only, which lids leave
 * open (Daugman's integro-differential operator, "High confidence visual recognition of persons", PAMI 1993).
 *
 * On rendered eyes (64×64, confidence at least 0.45) half of the errors are under 0.3 pixels, nine of ten under 1.1; the measured
 * shift of an eye that moves by a fraction of a pixel is off by 0.06 (nine of ten: 0.2), and blurring, noise or another
 * exposure move it by 0.2, 0.06 and 0.02.
 *
 * @param picture RGB bytes, `width · height · 3`, of an eye crop about 0.8 inter-ocular distances wide.
 * @returns nothing for a closed eye or a picture without an eye, as far as that shows.
 * @throws {IrisflowError} `USAGE` where the size is under 16×16 or not that of the bytes.
 *
 * @example
 * import { findPupil } from 'irisflow/models';
 * import { eyeAt, renderEye } from 'irisflow/streams';
 *
 * const { data, width, height, labels } = renderEye(eyeAt(4, 3), 64, 64);
 * console.log(findPupil(data, width, height), labels.pupils);
 */
export function findPupil(picture: Uint8Array, width: number, height: number): Pupil | undefined {
  if (!(width >= 16 && height >= 16 && picture.length === width * height * 3)) {
    throw new IrisflowError(
      'USAGE',
      `findPupil got ${picture.length} bytes for ${width}×${height}: it needs width · height · 3, at least 16×16.`,
    );
  }
  const gradients = gradientsOf(picture, width, height);
  const guess = mostVoted(gradients);
  if (!guess) return undefined;
  const { x, y, confidence } = fitCircle(gradients, guess);
  return confidence < leastConfidence ? undefined : { x, y, confidence };
}
