import type { Crop, Face, Frame } from '../../src/frame.js';
import { IDENTITY } from '../../src/geometry/affine.js';
import { randomAt } from '../../src/random.js';

/** A smooth picture: sums of a few slow waves, so that resampling it twice changes little. */
export function smoothFrame(width: number, height: number, more: Partial<Frame> = {}): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.sin((x * (channel + 1)) / 40 + channel) + Math.cos((y * (3 - channel)) / 50);
        data[at++] = 128 + 55 * wave;
      }
    }
  }
  return { data, width, height, time: 0, sequence: 0, source: 'test', ...more };
}

export function noiseFrame(width: number, height: number, seed = 1, more: Partial<Frame> = {}): Frame {
  const random = randomAt(seed, 'noise-frame');
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return { data, width, height, time: 0, sequence: 0, source: 'test', ...more };
}

/** Black, with a soft white dot. */
export function dotFrame(width: number, height: number, [cx, cy]: readonly [number, number], radius = 4): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const apart = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
      data.fill(Math.max(0, 255 * (1 - apart / radius)), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { data, width, height, time: 0, sequence: 0, source: 'test', labels: { pupils: [[cx, cy]] } };
}

/** The centre of brightness. */
export function findDot({ data, width, height }: Pick<Frame, 'data' | 'width' | 'height'>): readonly [number, number] {
  let [sum, sx, sy] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = data[(y * width + x) * 3] as number;
      sum += light;
      sx += light * (x + 0.5);
      sy += light * (y + 0.5);
    }
  }
  return [sx / sum, sy / sum];
}

export function eyeCrop(frame: Frame): Crop {
  return { ...frame, kind: 'whole', toFrame: IDENTITY };
}

/** A face whose eyes are `distance` pixels apart about `(x, y)`, turned by `roll` radians. */
export function faceAt(x: number, y: number, distance: number, roll = 0): Face {
  const [cos, sin] = [(distance / 2) * Math.cos(roll), (distance / 2) * Math.sin(roll)];
  return {
    box: { x: x - distance, y: y - distance * 0.8, width: distance * 2, height: distance * 2 },
    score: 0.9,
    rightEye: [x - cos, y - sin],
    leftEye: [x + cos, y + sin],
    nose: [x, y + distance * 0.6],
    mouth: [x, y + distance],
  };
}
