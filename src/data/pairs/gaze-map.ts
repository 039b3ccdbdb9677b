/** A saliency map of the point that an eye looks at. */
import type { Frame, Point } from '../../frame.js';

/** Distance of the plane that the eye looks at, in widths of the picture. */
const REACH = 0.5;
/** Standard deviation of the spot, in widths of the picture. */
const SPREAD = 0.08;

type Labelled = Pick<Frame, 'labels' | 'width' | 'height'>;

/**
 * The point that the gaze from the first pupil meets, in pixels: the line of sight starts at the pupil and ends on a plane that is
 * half a picture's width nearer to the camera. An eye that looks into the camera thus has the point at its own pupil. A point outside of
 * the picture is moved to its border. `undefined` where the gaze or pupil is unknown.
 */
export function gazePoint({ labels, width, height }: Labelled): Point | undefined {
  const pupil = labels?.pupils?.[0];
  if (pupil === undefined || labels?.gaze === undefined) return undefined;
  const [pitch, yaw] = labels.gaze;
  // The cosine is bounded, because beyond 80 degrees the line would meet the plane too far away.
  const across = (REACH * width) / Math.max(0.17, Math.cos(pitch) * Math.cos(yaw));
  const x = pupil[0] - across * Math.cos(pitch) * Math.sin(yaw);
  const y = pupil[1] - across * Math.sin(pitch);
  return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
}

/**
 * Draws a Gaussian spot around {@link gazePoint} with a standard deviation of 8 % of the picture's width, white on black, as grey RGB bytes.
 * Heat maps of fixations consist of such spots (Bylinskii et al., PAMI 2019). `undefined` where the gaze or pupil is unknown.
 */
export function gazeMap(frame: Labelled): Uint8Array | undefined {
  const point = gazePoint(frame);
  if (point === undefined) return undefined;
  const { width, height } = frame;
  const fall = -0.5 / (SPREAD * width) ** 2;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const distance = (x + 0.5 - point[0]) ** 2 + (y + 0.5 - point[1]) ** 2;
      out.fill(Math.round(255 * Math.exp(fall * distance)), at, at + 3);
    }
  }
  return out;
}
