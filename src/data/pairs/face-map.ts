/** A saliency map of the faces in a picture. */
import type { FaceBox, Frame } from '../../frame.js';

/** Width of the fade on either side of an ellipse's outline, in its radii. */
const SOFTNESS = 0.15;

/**
 * Draws an ellipse in each of the picture's face boxes, white on black, half as bright at its outline, as grey RGB bytes. The map is black
 * where `labels.faces` is empty. The result is `undefined` where the picture has no such label (see `labelFaces`).
 */
export function faceMap({ labels, width, height }: Pick<Frame, 'labels' | 'width' | 'height'>): Uint8Array | undefined {
  const faces = labels?.faces;
  if (faces === undefined) return undefined;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const value = faces.reduce((brightest, face) => Math.max(brightest, brightness(face, x + 0.5, y + 0.5)), 0);
      out.fill(Math.round(255 * value), at, at + 3);
    }
  }
  return out;
}

/** 1 inside the ellipse of a box, 0 outside of it, and linear in the fade between. */
function brightness(box: FaceBox, x: number, y: number): number {
  const across = (2 * (x - box.x)) / box.width - 1;
  const down = (2 * (y - box.y)) / box.height - 1;
  return Math.min(1, Math.max(0, 0.5 + (1 - Math.hypot(across, down)) / (2 * SOFTNESS)));
}
