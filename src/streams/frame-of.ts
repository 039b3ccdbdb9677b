/** Creates a frame from a decoded picture. */

import type { Flow, Frame } from '../frame.js';
import { frameTime } from '../frame.js';
import type { RawPicture } from './ffmpeg/ppm-reader.js';

/** A frame with the current time as its timestamp. */
export function frameOf(picture: RawPicture, sequence: number, source: string, flow?: Flow): Frame {
  const { data, width, height } = picture;
  const time = frameTime();
  return flow ? { data, width, height, time, sequence, source, flow } : { data, width, height, time, sequence, source };
}
