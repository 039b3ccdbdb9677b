/** Where faces are, as a map of attention. */
import type { FaceBox, Frame } from '../../frame.js';

/** How far inside and outside its outline an ellipse fades, in its radii. */
const SOFTNESS = 0.15;

/**
 * An ellipse in each of the picture's face boxes, white on black, half as bright at its outline: RGB bytes, grey. Black all over where
 * `labels.faces` is empty, as nobody is there; `undefined` where it is not known whether somebody is (see `labelFaces`).
 */
export function faceMap({ labels, width, height }: Pick<Frame, 'labels' | 'width' | 'height'>): Uint8Array | undefined {
  const faces = labels?.faces;
  if (faces === undefined) return undefined;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const most = faces.reduce((brightest, face) => Math.max(brightest, brightness(face, x + 0.5, y + 0.5)), 0);
      out.fill(Math.round(255 * most), at, at + 3);
    }
  }
  return out;
}

/** 1 well inside the ellipse of a box, 0 well outside, in between a line. */
function brightness(box: FaceBox, x: number, y: number): number {
  const across = (2 * (x - box.x)) / box.width - 1;
  const down = (2 * (y - box.y)) / box.height - 1;
  return Math.min(1, Math.max(0, 0.5 + (1 - Math.hypot(across, down)) / (2 * SOFTNESS)));
}
