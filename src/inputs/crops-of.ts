/** From an input's frames to crops. */
import { type MonoTypeOperatorFunction, map, mergeMap, type OperatorFunction, pipe } from 'rxjs';
import type { Crop, CroppedFrame, DetectedFrame, Frame } from '../frame.js';
import type { RecipeConfig } from '../models/types.js';
import { cropEyes } from '../operators/crop-eyes.js';
import { cropFaces } from '../operators/crop-faces.js';
import { detectFaces } from '../operators/detect-faces.js';
import { labelFaces } from '../operators/label-faces.js';
import { wholeFrames } from '../operators/whole-frames.js';
import type { FaceDetector } from '../vision/detector/face-detector.js';
import type { Input } from './input.js';

/** What decides how an input's frames are cropped. */
type CroppedInput = Pick<Input, 'crop' | 'labelFaces' | 'eyeSpan' | 'minEyeDistance'>;

type Size = Pick<RecipeConfig, 'width' | 'height'>;

/** Milliseconds between two frames, as the smoothing of crops sees it: reading speed must not change what is cut out. */
const NOMINAL_FRAME_MS = 40;

/** Cuts an input's frames by the faces in them; `detector` is asked for what finds those where it is needed. */
export function cutAs(
  { crop, labelFaces: labelled, eyeSpan, minEyeDistance }: CroppedInput,
  { width, height }: Size,
  detector: () => OperatorFunction<Frame, DetectedFrame>,
): OperatorFunction<Frame, CroppedFrame> {
  const whole = wholeFrames({ width, height });
  if (labelled) return (frames) => frames.pipe(detector(), labelFaces(), whole);
  if (crop === 'none') return whole;
  const cut =
    crop === 'face' ? cropFaces({ width, height }) : cropEyes({ width, height, span: eyeSpan, minEyeDistance });
  return (frames) => frames.pipe(detector(), cut);
}

/**
 * Every frame of an input with its crops, in order, losing none: the offline counterpart of the live paths. The source waits where
 * detection is slower. `frameMs`: milliseconds between two frames, where it is not a film's 40.
 */
export function croppedOf(
  input: CroppedInput,
  detector: FaceDetector,
  size: Size,
  onFailure: (error: unknown) => void,
  frameMs = NOMINAL_FRAME_MS,
): OperatorFunction<Frame, CroppedFrame> {
  return cutAs(input, size, () =>
    pipe(
      map((frame) => ({ ...frame, time: frame.sequence * frameMs })),
      detectFaces(detector, { overflow: 'block', onFailure }),
    ),
  );
}

/** What the recipe needs of each crop, such as its target; crops that have not got it are left out. */
export function prepared({ prepare }: Pick<Input, 'prepare'>): MonoTypeOperatorFunction<Crop> {
  return (crops) => (prepare ? crops.pipe(mergeMap((crop) => [prepare(crop) ?? []].flat())) : crops);
}
