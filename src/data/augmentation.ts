/** Augments pictures at random, so that training generalises from a small set of them. */
import { numberOption } from '../flow/options.js';
import type { Affine, Crop, Frame } from '../frame.js';
import { compose, fromMatrix, IDENTITY, invert } from '../geometry/affine.js';
import { moveLabels } from '../geometry/labels.js';
import { type Picture, warp } from '../geometry/warp.js';
import type { Random } from '../random.js';

/** How much pictures are augmented. Each amount is drawn uniformly between − and + the value given here. */
export interface Augmentation {
  /** Mirrors each picture left to right with a probability of one half. Default true. */
  readonly flip?: boolean;
  /** Scale about the centre, as a fraction: 0.1 is 90 % to 110 %. 0 to 0.9, default 0.1. */
  readonly zoom?: number;
  /** Rotation about the centre, in degrees. 0 to 180, default 6. */
  readonly rotation?: number;
  /** Horizontal shear: shift along x per pixel along y. 0 to 2, default 0.1. */
  readonly shear?: number;
  /** Shift along each axis, as a fraction of the size. 0 to 1, default 0.075. */
  readonly shift?: number;
  /**
   * Share of the pictures that are zoomed, rotated, sheared and shifted by fractions of a pixel, which smooths them slightly. The others
   * are only mirrored and shifted by whole pixels, which keeps their noise and texture. 0 to 1, default 1.
   */
  readonly resample?: number;
  /** Brightness added to every channel, as a fraction of full range. 0 to 1, default 0. */
  readonly brightness?: number;
  /** Standard deviation of Gaussian noise added to every byte, as a fraction of full range. 0 to 1, default 0. */
  readonly noise?: number;
}

/** An {@link Augmentation} in which every amount has a value. */
export type FullAugmentation = Required<Augmentation>;

/** Fills in the defaults. @throws IrisflowError `USAGE` for an amount out of its range */
export function checkAugmentation(options: Augmentation = {}): FullAugmentation {
  return {
    flip: options.flip ?? true,
    zoom: numberOption('zoom', options.zoom ?? 0.1, 0, 0.9),
    rotation: numberOption('rotation', options.rotation ?? 6, 0, 180),
    shear: numberOption('shear', options.shear ?? 0.1, 0, 2),
    shift: numberOption('shift', options.shift ?? 0.075, 0, 1),
    resample: numberOption('resample', options.resample ?? 1, 0, 1),
    brightness: numberOption('brightness', options.brightness ?? 0, 0, 1),
    noise: numberOption('noise', options.noise ?? 0, 0, 1),
  };
}

/**
 * Returns an augmented copy of a frame or crop, as the operator `augment` makes them. Equal random streams give equal results.
 *
 * @throws IrisflowError `USAGE` for an amount out of its range
 */
export function augmentFrame<T extends Frame>(frame: T, options: Augmentation, random: Random): T {
  const data = new Uint8Array(frame.width * frame.height * 3);
  const toInput = augmentInto(data, frame, checkAugmentation(options), random);
  const toOutput = invert(toInput) ?? IDENTITY;
  return {
    ...frame,
    data,
    ...(frame.target && { target: warp({ ...frame, data: frame.target }, toInput, frame.width, frame.height) }),
    ...(frame.labels && { labels: moveLabels(frame.labels, toOutput, frame.width, frame.height) }),
    ...(isCrop(frame) && { toFrame: compose(frame.toFrame, toInput) }),
  };
}

/** Writes an augmented copy of a picture to `out`, and returns the affine map from the copy's pixels to those of the picture. */
export function augmentInto(out: Uint8Array, picture: Picture, amounts: FullAugmentation, random: Random): Affine {
  const toInput = drawMap(picture, amounts, random);
  const brightness = amounts.brightness * 255 * random.uniform(-1, 1);
  warp(picture, toInput, picture.width, picture.height, 'reflect', out);
  if (brightness !== 0 || amounts.noise > 0) addBrightness(out, brightness, amounts.noise * 255, random);
  return toInput;
}

/** Always draws the same number of random numbers, so that a change of one amount does not change what is drawn for the others. */
function drawMap({ width, height }: Picture, amounts: FullAugmentation, random: Random): Affine {
  const mirror = random.uniform() < 0.5 && amounts.flip ? -1 : 1;
  const zoom = amounts.zoom * random.uniform(-1, 1);
  const drawnAngle = ((amounts.rotation * Math.PI) / 180) * random.uniform(-1, 1);
  const drawnShear = amounts.shear * random.uniform(-1, 1);
  const drawnX = amounts.shift * width * random.uniform(-1, 1);
  const drawnY = amounts.shift * height * random.uniform(-1, 1);
  const wholePixels = random.uniform() >= amounts.resample;
  const [scale, angle, shear] = wholePixels ? [1, 0, 0] : [1 + zoom, drawnAngle, drawnShear];
  const [shiftX, shiftY] = wholePixels ? [Math.round(drawnX), Math.round(drawnY)] : [drawnX, drawnY];
  const cos = scale * Math.cos(angle);
  const sin = scale * Math.sin(angle);
  // To the augmented picture: mirror, then shear, then rotate and scale about the centre, then shift.
  const centre = [width / 2, height / 2] as const;
  const shifted = [centre[0] + shiftX, centre[1] + shiftY] as const;
  const toOutput = fromMatrix(cos * mirror, cos * shear - sin, sin * mirror, sin * shear + cos, centre, shifted);
  return invert(toOutput) ?? IDENTITY;
}

/** Adds brightness and Gaussian noise to every byte. */
function addBrightness(pixels: Uint8Array, brightness: number, deviation: number, random: Random): void {
  for (let i = 0; i < pixels.length; i++) {
    const added = deviation > 0 ? random.normal(brightness, deviation) : brightness;
    pixels[i] = Math.max(0, Math.min(255, Math.round(pixels[i]! + added)));
  }
}

export function isCrop(frame: Frame): frame is Crop {
  return 'toFrame' in frame;
}
