/** Simulates a webcam: the effects of lens, sensor and firmware on a clean picture. */
import sharp from 'sharp';
import { type Random, randomAt } from '../random.js';
import { LUMINANCE_WEIGHTS } from '../vision/luminance.js';

const [RED, GREEN, BLUE] = LUMINANCE_WEIGHTS;

/** The parameters of one camera, constant over a recording. */
export interface Camera {
  /** Standard deviation of the lens's blur, in pixels. */
  readonly blur: number;
  /** Exposure as a factor on linear light. */
  readonly exposure: number;
  /** Loss of light in the frame's corners, 0 to 1; it grows with the squared distance from the frame's centre. */
  readonly vignetting: number;
  /** Position of the picture's centre in the frame: (0, 0) is the frame's centre, and the corners have the distance 1. */
  readonly place: readonly [x: number, y: number];
  /** Residual colour cast after white balance, as factors on linear light. */
  readonly balance: readonly [red: number, green: number, blue: number];
  /** Electrons of a white pixel; its shot noise is their square root. */
  readonly electrons: number;
  /** Standard deviation of the read noise, as a fraction of white in linear light. */
  readonly readNoise: number;
  /** Strength of the S-shaped tone curve, 0 (plain sRGB) to 1. */
  readonly contrast: number;
  /** Black level from stray light and shadow lift, as a fraction of white after the tone curve. */
  readonly black: number;
  /** Saturation factor; 1 changes nothing. */
  readonly saturation: number;
  /** JPEG quality, 1 to 100, with 4:2:0 chroma subsampling. */
  readonly quality: number;
}

/** Size of a picture relative to the frame's half diagonal: 64 pixels of a 640×480 frame. */
const SPAN = 64 / 400;

/**
 * The camera of recording `number`: a fixed-focus laptop webcam in a room in evening light. Lens, demosaicing and the firmware's noise
 * filter blur by 0.9 to 1.5 pixels; the exposure is about two thirds of a good one; white is 500 to 2,000 electrons; the white balance
 * leaves a warm cast; the tone curve raises contrast; JPEG quality is 50 to 80. This is a pure function of its arguments.
 */
export function cameraAt(seed: number, number: number): Camera {
  const random = randomAt(seed, 'camera', number);
  return {
    blur: random.uniform(0.9, 1.5),
    exposure: Math.exp(random.normal(-0.4, 0.2)),
    vignetting: random.uniform(0.15, 0.4),
    place: [random.uniform(-0.5, 0.5), random.uniform(-0.4, 0.4)],
    balance: [Math.exp(random.normal(0.1, 0.06)), 1, Math.exp(random.normal(-0.16, 0.08))],
    electrons: 500 * Math.exp(random.uniform(0, Math.log(4))),
    readNoise: random.uniform(0.004, 0.01),
    contrast: random.uniform(0.2, 0.6),
    black: random.uniform(0.01, 0.05),
    saturation: random.uniform(0.65, 0.95),
    quality: Math.round(random.uniform(50, 80)),
  };
}

/**
 * Simulates the camera on a clean picture: vignetting and blur by the lens, shot and read noise of the sensor, and white balance, tone
 * curve and compression by the firmware. The same arguments give the same bytes.
 *
 * @param picture sRGB bytes, `width · height · 3`
 * @param random random numbers of the noise
 */
export async function photograph(
  picture: Uint8Array,
  width: number,
  height: number,
  camera: Camera,
  random: Random,
): Promise<Uint8Array> {
  const light = new Float32Array(picture.length);
  for (let i = 0; i < light.length; i++) light[i] = LINEAR[picture[i] as number] as number;
  gather(light, width, height, camera);
  blur(light, width, height, camera.blur);
  sense(light, camera, random);
  const developed = develop(light, camera);
  const jpeg = await sharp(developed, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: camera.quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
  const { data } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
}

const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Applies exposure and vignetting. */
function gather(light: Float32Array, width: number, height: number, { exposure, vignetting, place }: Camera): void {
  const scale = SPAN / Math.max(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    const fromY = place[1] + (2 * y + 1 - height) * scale;
    for (let x = 0; x < width; x++) {
      const fromX = place[0] + (2 * x + 1 - width) * scale;
      const gain = exposure * (1 - vignetting * Math.min(1, fromX * fromX + fromY * fromY));
      for (let channel = 0; channel < 3; channel++, i++) light[i] = (light[i] as number) * gain;
    }
  }
}

/** Gaussian blur by rows and then by columns, with repeated borders. */
function blur(light: Float32Array, width: number, height: number, deviation: number): void {
  if (deviation <= 0) return;
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / deviation) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const pass = (from: Float32Array, to: Float32Array, length: number, lines: number, step: number, next: number) => {
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < length; at++) {
        for (let channel = 0; channel < 3; channel++) {
          let total = 0;
          for (let k = -reach; k <= reach; k++) {
            const place = Math.min(length - 1, Math.max(0, at + k));
            total += (weights[k + reach] as number) * (from[line * next + place * step + channel] as number);
          }
          to[line * next + at * step + channel] = total / sum;
        }
      }
    }
  };
  const between = new Float32Array(light.length);
  pass(light, between, width, height, 3, 3 * width);
  pass(between, light, height, width, 3 * width, 3);
}

/** Adds shot noise (approximated by a Gaussian) and read noise, and clips at white. */
function sense(light: Float32Array, { electrons, readNoise }: Camera, random: Random): void {
  for (let i = 0; i < light.length; i++) {
    const value = light[i] as number;
    const deviation = Math.sqrt(Math.max(0, value) / electrons + readNoise * readNoise);
    light[i] = Math.min(1, Math.max(0, value + random.normal(0, deviation)));
  }
}

/** Converts linear light to bytes by white balance, tone curve and saturation. */
function develop(light: Float32Array, { balance, contrast, black, saturation }: Camera): Uint8Array {
  const bytes = new Uint8ClampedArray(light.length);
  const tone = [0, 0, 0];
  for (let i = 0; i < light.length; i += 3) {
    for (let channel = 0; channel < 3; channel++) {
      const value = toneOf((light[i + channel] as number) * (balance[channel] as number));
      // The S curve is a blend with a smoothstep.
      const curved = value + contrast * (value * value * (3 - 2 * value) - value);
      tone[channel] = black + (1 - black) * curved;
    }
    const grey = RED * (tone[0] as number) + GREEN * (tone[1] as number) + BLUE * (tone[2] as number);
    for (let channel = 0; channel < 3; channel++) {
      bytes[i + channel] = 255 * (grey + saturation * ((tone[channel] as number) - grey));
    }
  }
  return new Uint8Array(bytes.buffer);
}

function toneOf(light: number): number {
  const value = Math.min(1, light);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
