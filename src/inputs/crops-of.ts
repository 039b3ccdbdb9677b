/** Crops the frames of an input. */
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

/** The fields that decide how an input's frames are cropped. */
type CroppedInput = Pick<Input, 'crop' | 'labelFaces' | 'eyeSpan' | 'minEyeDistance'>;

type Size = Pick<RecipeConfig, 'width' | 'height'>;

/** Milliseconds between two frames for the smoothing of crops, so that the speed of reading does not change the crops. */
const NOMINAL_FRAME_MS = 40;

/** Enough to notice that there are other faces. */
const SEVERAL_FACES = 4;

/** The operator that crops an input's frames. `detector` creates the operator that finds faces; it is only called where faces are needed. */
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
 * Emits every frame of an input with its crops, in order and without loss: the offline counterpart of the live chains. The source is held
 * while the detection is busy (back-pressure). `frameMs` is the time between two frames in milliseconds, where it is not 40. `onFaces` is called
 * with the number of faces that were seen in a frame, of which one is cropped.
 */
export function croppedOf(
  input: CroppedInput,
  detector: FaceDetector,
  size: Size,
  onFailure: (error: unknown) => void,
  frameMs = NOMINAL_FRAME_MS,
  onFaces?: (faces: number) => void,
): OperatorFunction<Frame, CroppedFrame> {
  const maxFaces = onFaces ? SEVERAL_FACES : 1;
  return cutAs(input, size, () =>
    pipe(
      map((frame) => ({ ...frame, time: frame.sequence * frameMs })),
      detectFaces(detector, { overflow: 'block', onFailure, maxFaces }),
      map(({ frame, faces }) => {
        onFaces?.(faces.length);
        return { frame, faces: faces.slice(0, 1) };
      }),
    ),
  );
}

/** Converts each crop to what the recipe learns from, such as a crop with its target; crops that cannot be converted are dropped. */
export function prepared({ prepare }: Pick<Input, 'prepare'>): MonoTypeOperatorFunction<Crop> {
  return (crops) => (prepare ? crops.pipe(mergeMap((crop) => [prepare(crop) ?? []].flat())) : crops);
}
