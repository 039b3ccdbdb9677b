/** Cuts the followed face out of each frame. */
import { defer, map, type OperatorFunction } from 'rxjs';
import { integerOption, numberOption } from '../flow/options.js';
import type { CroppedFrame, DetectedFrame, Face } from '../frame.js';
import { fromRotationScale } from '../geometry/affine.js';
import { cutCrop } from '../geometry/cut.js';
import { FaceFollower, type Pose } from '../geometry/face-follower.js';
import { isWithin } from '../geometry/labels.js';

/** Options of {@link cropFaces}. */
export interface CropFacesOptions {
  /** Width of the crop in pixels. Default 64. */
  readonly width?: number;
  /** Height of the crop in pixels. Default: as the width. */
  readonly height?: number;
  /** Width of the crop as a multiple of the longer side of the face's box. Default 1.25. */
  readonly scale?: number;
  /** Least size of a face's box in pixels. Smaller faces are not cropped. Default 64. */
  readonly minFace?: number;
  /** Whether frames are consecutive frames of a video, whose poses are smoothed. `false` for single pictures. Default true. */
  readonly smooth?: boolean;
}

/**
 * Crops the face, rotated so that the line between the eyes is horizontal.
 *
 * Of several faces it follows the one nearest to the face of the frame before. Centre, size and roll are smoothed with a one-euro
 * filter (3 Hz, β 0.1). A face whose centre lies outside the frame is left out. Pupils and gaze in the frame's labels are converted to
 * the crop's coordinates.
 *
 * - **overlap**: none; each value is processed synchronously.
 * - **completion, error**: passed on from the source.
 * - **unsubscribe**: unsubscribes the source. Each subscription follows its own face.
 * - **memory**: the crop, and the last pose. A frame without a usable face is passed on with no crops.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { cropFaces } from 'irisflow/operators';
 *
 * const frame = { data: new Uint8Array(640 * 480 * 3), width: 640, height: 480, time: 0, sequence: 0, source: 'black' };
 * const face = {
 *   box: { x: 220, y: 140, width: 200, height: 200 },
 *   score: 0.9,
 *   rightEye: [280, 220], leftEye: [360, 220], nose: [320, 260], mouth: [320, 300],
 * } as const;
 * of({ frame, faces: [face] }).pipe(cropFaces({ width: 128 })).subscribe(({ crops }) => console.log(crops[0]?.toFrame));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function cropFaces(options: CropFacesOptions = {}): OperatorFunction<DetectedFrame, CroppedFrame> {
  const width = integerOption('width', options.width ?? 64, 1, 4096);
  const height = integerOption('height', options.height ?? width, 1, 4096);
  const scale = numberOption('scale', options.scale ?? 1.25, 0.1, 10);
  const minimum = numberOption('minFace', options.minFace ?? 64, 1);
  const smooth = options.smooth ?? true;
  return (source) =>
    defer(() => {
      const follower = new FaceFollower(measureFace, smooth);
      return source.pipe(
        map(({ frame, faces, passedThrough }) => {
          if (passedThrough !== undefined) return { frame, crops: [], passedThrough };
          const pose = follower.follow(faces, frame.time);
          const usable = pose && pose.size >= minimum && isWithin(pose.centre, frame.width, frame.height);
          if (!usable) return { frame, crops: [] };
          const { centre, size, roll } = pose;
          const toFrame = fromRotationScale(roll, (scale * size) / width, [width / 2, height / 2], centre);
          return { frame, crops: [cutCrop(frame, 'face', toFrame, width, height)] };
        }),
      );
    });
}

function measureFace({ box, rightEye, leftEye }: Face): Pose {
  return {
    centre: [box.x + box.width / 2, box.y + box.height / 2],
    size: Math.max(box.width, box.height),
    roll: Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]),
  };
}
