/** Cuts both eyes of the followed face out of each frame. */
import { defer, map, type OperatorFunction } from 'rxjs';
import { integerOption, numberOption } from '../flow/options.js';
import type { Crop, CroppedFrame, DetectedFrame, Face, Frame, Point } from '../frame.js';
import { fromRotationScale } from '../geometry/affine.js';
import { cutCrop } from '../geometry/cut.js';
import { FaceFollower, type Pose } from '../geometry/face-follower.js';
import { isWithin } from '../geometry/labels.js';

/** Options of {@link cropEyes}. */
export interface CropEyesOptions {
  /** Width of a crop in pixels. Default 64. */
  readonly width?: number;
  /** Height of a crop in pixels. Default: as the width. */
  readonly height?: number;
  /**
   * How much of a face a crop shows: its width in inter-ocular distances, 0.2 to 2. A function is called for each frame. Default
   * {@link EYE_SPAN}.
   */
  readonly span?: number | (() => number);
  /** Least distance between the eyes in pixels. The eyes of smaller faces are not cropped, because they show too little. Default 44. */
  readonly minEyeDistance?: number | undefined;
  /** Whether frames are consecutive frames of a video, whose poses are smoothed. `false` for single pictures. Default true. */
  readonly smooth?: boolean;
}

/** Width of an eye's crop in inter-ocular distances: the eye from corner to corner, with its brow. */
export const EYE_SPAN = 0.8;
/** How far above the detector's eye centres the eyes are, in inter-ocular distances (measured on BlazeFace). */
const ABOVE = 0.04;

/**
 * Crops the right and the left eye, in this order, rotated so that the line between the eyes is horizontal.
 *
 * Of several faces it follows the one nearest to the face of the frame before. Mid-point, distance and roll of the eyes are smoothed
 * with a one-euro filter (3 Hz, β 0.1). An eye whose centre lies outside the frame is left out. Pupils and gaze in the frame's
 * labels are converted to the crops' coordinates.
 *
 * - **overlap**: none; each value is processed synchronously: about 0.1 ms for each eye of 64 × 64.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source. Each subscription follows its own face.
 * - **memory**: the crops, and the last pose. A frame without a usable face is passed on with no crops.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { cropEyes } from 'irisflow/operators';
 *
 * const frame = { data: new Uint8Array(640 * 480 * 3), width: 640, height: 480, time: 0, sequence: 0, source: 'black' };
 * const face = {
 *   box: { x: 220, y: 140, width: 200, height: 200 },
 *   score: 0.9,
 *   rightEye: [280, 220], leftEye: [360, 220], nose: [320, 260], mouth: [320, 300],
 * } as const;
 * of({ frame, faces: [face] }).pipe(cropEyes()).subscribe(({ crops }) => console.log(crops.map((crop) => crop.kind)));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function cropEyes(options: CropEyesOptions = {}): OperatorFunction<DetectedFrame, CroppedFrame> {
  const width = integerOption('width', options.width ?? 64, 1, 4096);
  const height = integerOption('height', options.height ?? width, 1, 4096);
  const minimum = numberOption('minEyeDistance', options.minEyeDistance ?? 44, 1);
  const smooth = options.smooth ?? true;
  const { span = EYE_SPAN } = options;
  const spanNow = typeof span === 'function' ? span : () => span;
  numberOption('span', spanNow(), 0.2, 2);
  return (source) =>
    defer(() => {
      const follower = new FaceFollower(measureEyes, smooth);
      return source.pipe(
        map(({ frame, faces, passedThrough }) => {
          if (passedThrough !== undefined) return { frame, crops: [], passedThrough };
          const pose = follower.follow(faces, frame.time);
          if (!pose) return { frame, crops: [] };
          const eyeDistance = pose.size;
          if (eyeDistance < minimum) return { frame, crops: [], eyeDistance };
          return { frame, crops: cropBoth(frame, pose, { width, height, span: spanNow() }), eyeDistance };
        }),
      );
    });
}

function measureEyes({ rightEye, leftEye }: Face): Pose {
  const across = leftEye[0] - rightEye[0];
  const down = leftEye[1] - rightEye[1];
  return {
    centre: [(rightEye[0] + leftEye[0]) / 2, (rightEye[1] + leftEye[1]) / 2],
    size: Math.hypot(across, down),
    roll: Math.atan2(down, across),
  };
}

interface Extent {
  readonly width: number;
  readonly height: number;
  readonly span: number;
}

function cropBoth(frame: Frame, { centre, size, roll }: Pose, { width, height, span }: Extent): Crop[] {
  const [cos, sin] = [size * Math.cos(roll), size * Math.sin(roll)];
  const middle: Point = [centre[0] + ABOVE * sin, centre[1] - ABOVE * cos];
  const crops: Crop[] = [];
  for (const [kind, toward] of [
    ['right-eye', -0.5],
    ['left-eye', 0.5],
  ] as const) {
    const eye: Point = [middle[0] + toward * cos, middle[1] + toward * sin];
    if (!isWithin(eye, frame.width, frame.height)) continue;
    const toFrame = fromRotationScale(roll, (span * size) / width, [width / 2, height / 2], eye);
    crops.push(cutCrop(frame, kind, toFrame, width, height));
  }
  return crops;
}
