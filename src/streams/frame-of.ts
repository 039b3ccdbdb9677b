/** Creates a frame from a decoded picture. */

import type { Flow, Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import type { CapturedPicture } from './ffmpeg/capture.js';

/** A frame with the current time as its timestamp. */
export function frameOf(picture: CapturedPicture, sequence: number, source: string, flow?: Flow): Frame {
  const { data, width, height, pts } = picture;
  const frame = { data, width, height, time: frameTime(), sequence, source };
  return { ...frame, ...(pts !== undefined && { pts }), ...(flow && { flow }) };
}
