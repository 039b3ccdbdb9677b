/** The values of the streams: frames, detected faces, and crops with the map to the frame that they were cut from. */

/** A point in pixels: x to the right, y down; the centre of the first pixel is (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/**
 * A 2×3 affine map `[a, b, c, d, e, f]`: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`, in pixel coordinates as in {@link Point}.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The box of a face in pixels: its upper left corner and its size. */
export interface FaceBox {
  /** Column of its left edge. */
  readonly x: number;
  /** Row of its upper edge. */
  readonly y: number;
  /** Its width. */
  readonly width: number;
  /** Its height. */
  readonly height: number;
}

/** Labels of a picture. Augmentation and cropping transform the geometric ones with the picture. */
export interface FrameLabels {
  /** Gaze as pitch and yaw in radians; positive pitch looks up, positive yaw looks to the picture's left (decreasing x). */
  readonly gaze?: readonly [pitch: number, yaw: number];
  /** Pupil centres in pixels of this picture. */
  readonly pupils?: readonly Point[];
  /** Faces in pixels of this picture; empty where a detector found none. */
  readonly faces?: readonly FaceBox[];
  /** A class name, such as the folder that a picture came from. */
  readonly name?: string;
}

/**
 * Back-pressure for a source that can wait (a file); its frames carry it. While at least one owner holds it, the source reads no
 * further frame. Sources that cannot wait (a camera) have none.
 */
export interface Flow {
  /** Keeps the source from reading on until this owner releases it. */
  hold(owner: object): void;
  /** Ends the hold of this owner; without a hold it does nothing. */
  release(owner: object): void;
}

/**
 * One picture of a stream. It is immutable by contract: operators create new frames and never write into the `data` of their
 * inputs, so that a frame can go to any number of consumers.
 */
export interface Frame {
  /** `width · height · 3` RGB bytes in row-major order. */
  readonly data: Uint8Array;
  /** Columns, in pixels. */
  readonly width: number;
  /** Rows, in pixels. */
  readonly height: number;
  /** Timestamp of reading, in milliseconds since the epoch. Sources use a clock that is not changed when the system's clock is set. */
  readonly time: number;
  /** Presentation time in its video file, in whole microseconds; absent on frames of other sources. */
  readonly pts?: number;
  /** Position in its source: 0, 1, 2 … A number that is missing downstream belongs to a dropped frame. */
  readonly sequence: number;
  /** Name of its source, for example `renderer` or `webcam:/dev/video0`. */
  readonly source: string;
  /** What is known of the picture besides its pixels. */
  readonly labels?: FrameLabels;
  /** The desired output of a network for this picture, where it is known: RGB bytes of the same size. */
  readonly target?: Uint8Array;
  /** The hold on its source, where that can wait. */
  readonly flow?: Flow;
  /** Version of the model that generated it; absent on frames that no model has changed. */
  readonly version?: number;
  /** False on a raw frame that passes through instead of a refined one. */
  readonly refined?: boolean;
}

/** A detected face in pixels of the frame. Left and right are the person's own. */
export interface Face {
  /** Where the face is. */
  readonly box: FaceBox;
  /** Detection score from 0 to 1. */
  readonly score: number;
  /** Centre of the right eye. */
  readonly rightEye: Point;
  /** Centre of the left eye. */
  readonly leftEye: Point;
  /** Tip of the nose. */
  readonly nose: Point;
  /** Centre of the mouth. */
  readonly mouth: Point;
  /** The square that it was last found in. A tracker given this face looks at nearly the same square again, which keeps it steady. */
  readonly region?: {
    /** Column of its left edge. */
    readonly x: number;
    /** Row of its upper edge. */
    readonly y: number;
    /** Length of a side. */
    readonly side: number;
  };
}

/**
 * What a crop shows. `whole`: the source's frames are crops already. Any other word names what an operator of the user's own cuts,
 * such as `mouth`. Training tells the crops of a frame apart by it, so they have different kinds, out of a small set.
 */
export type CropKind = 'right-eye' | 'left-eye' | 'face' | 'whole' | (string & {});

/** A picture cut from a frame, with the map to its place there. */
export interface Crop extends Frame {
  /** What it shows. */
  readonly kind: CropKind;
  /** Maps crop pixels to frame pixels. */
  readonly toFrame: Affine;
}

/** A frame and the faces found in it. */
export interface DetectedFrame {
  /** The frame. */
  readonly frame: Frame;
  /** Its faces; empty where none was found. */
  readonly faces: readonly Face[];
  /** The reason why nobody was looked for, where that took too long. */
  readonly passedThrough?: string;
}

/** A frame and the crops cut from it (none where no face was found). */
export interface CroppedFrame {
  /** The frame. */
  readonly frame: Frame;
  /** Its crops; empty where nothing was found. */
  readonly crops: readonly Crop[];
  /** The distance between the eyes of its face in pixels, where one was found: the face may have been too small for crops. */
  readonly eyeDistance?: number;
  /** The reason why the frame goes on raw, where that was not looked for which it is cut by. */
  readonly passedThrough?: string;
}

/** A cropped frame with a refined picture for each of its crops, in the same order. */
export interface RefinedFrame extends CroppedFrame {
  /** Empty when the frame passes through unrefined. */
  readonly refinedCrops: readonly Crop[];
  /** Version of the weights that refined it; 0 before the first training step. */
  readonly version: number;
  /** The reason why the raw crops pass through, where they do. */
  readonly passedThrough?: string;
}

/**
 * The time now, for {@link Frame.time}: that of the system's clock when the program started, and from then on as time passes. A clock
 * that is set back or forward meanwhile changes no time between two frames.
 */
export function frameTime(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
