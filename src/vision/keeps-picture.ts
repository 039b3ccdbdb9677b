/** Checks whether a refined picture still resembles its input, which detects a refiner that has diverged. */
import { correlation, deviation, squares } from './luminance.js';

/** Smallest deviation of brightness, in bytes, of pictures that are checked. */
const MIN_CONTRAST = 4;
/** Smallest correlation of brightness with the input. Working refiners have 0.7 and more. */
const MIN_CORRELATION = 0.2;

/**
 * False where the distribution of light and dark differs too much from the input's: the refiner has diverged, or returns the same
 * picture for all inputs. Always true for a picture without contrast. Takes about 0.05 ms for 64 × 64 pixels.
 *
 * @param before RGB bytes, `width · height · 3`
 * @param after RGB bytes of the refined picture, of the same size
 */
export function keepsPicture(before: Uint8Array, after: Uint8Array, width: number, height: number): boolean {
  const brightness = squares(before, width, height);
  if (deviation(brightness) < MIN_CONTRAST) return true;
  return correlation(brightness, squares(after, width, height)) >= MIN_CORRELATION;
}
