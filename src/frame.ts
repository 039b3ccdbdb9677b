/** The data that flows: pictures, where faces are in them, and crops with the way back to where they were cut. */

/** A point in pixels: x to the right, y down; the centre of the first pixel is (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/**
 * A 2×3 affine map `[a, b, c, d, e, f]`: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`, in pixel coordinates as in {@link Point}.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where a face is, in pixels: its left upper corner, and its size. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is known of a picture besides its pixels. Geometry moves with the picture when it is augmented. */
export interface FrameLabels {
  /** Gaze as pitch and yaw in radians; positive pitch looks up, positive yaw looks to the picture's left (x falls). */
  readonly gaze?: readonly [pitch: number, yaw: number];
  /** Pupil centres, in this picture's pixels. */
  readonly pupils?: readonly Point[];
  /** The faces that it shows, in this picture's pixels; empty where somebody looked and found none. */
  readonly faces?: readonly FaceBox[];
  /** A class name, such as the folder that a picture came from. */
  readonly name?: string;
}

/**
 * The hold on a source that can wait (a file), carried by its frames. While at least one owner holds it, the source reads
 * no further frame. Sources that cannot wait (a camera) have none.
 */
export interface Flow {
  hold(owner: object): void;
  release(owner: object): void;
}

/**
 * One picture. Immutable by contract: operators make new frames and never write into `data` that they were given, so a
 * frame can go to any number of consumers. Its memory belongs to the garbage collector.
 */
export interface Frame {
  /** RGB bytes, row by row, `width · height · 3` of them. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** When it was read: milliseconds since the epoch. */
  readonly time: number;
  /** Position in its source: 0, 1, 2 … Numbers missing downstream were dropped. */
  readonly sequence: number;
  /** Which source it came from, for example `renderer` or `webcam:/dev/video0`. */
  readonly source: string;
  readonly labels?: FrameLabels;
  /** What a network is to make of the picture, where that is known: RGB bytes of the same size. */
  readonly target?: Uint8Array;
  readonly flow?: Flow;
  /** Version of the model that made it; absent on frames that no model has touched. */
  readonly version?: number;
  /** False on a raw frame that passed through in place of a refined one. */
  readonly refined?: boolean;
}

/** A face as a detector reports it, in pixels of the frame. Left and right are the person's own. */
export interface Face {
  readonly box: FaceBox;
  /** Detection score from 0 to 1. */
  readonly score: number;
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose: Point;
  readonly mouth: Point;
  /** The square that it was last found in. A tracker given this face looks at nearly the same square again, which keeps it steady. */
  readonly region?: { readonly x: number; readonly y: number; readonly side: number };
}

/** What a crop shows. `whole`: the source's frames are crops already. */
export type CropKind = 'right-eye' | 'left-eye' | 'face' | 'whole';

/** A picture cut from a frame, and where it was cut. */
export interface Crop extends Frame {
  readonly kind: CropKind;
  /** Maps crop pixels to frame pixels. */
  readonly toFrame: Affine;
}

/** A frame and the faces found in it. */
export interface DetectedFrame {
  readonly frame: Frame;
  readonly faces: readonly Face[];
}

/** A frame and the crops cut from it (none where nothing was found). */
export interface CroppedFrame {
  readonly frame: Frame;
  readonly crops: readonly Crop[];
}

/** A cropped frame with a refined picture for each of its crops, in the same order. */
export interface RefinedFrame extends CroppedFrame {
  /** Empty when the frame passes through unrefined. */
  readonly refinedCrops: readonly Crop[];
  /** Version of the weights that refined it; 0 before the first training step. */
  readonly version: number;
  /** Why the raw crops pass through, where they do. */
  readonly passedThrough?: string;
}
