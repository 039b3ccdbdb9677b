/** Renders a picture of an eye from its parameters. */
import type { FrameLabels } from '../frame.js';
import { whole } from './check.js';
import { toByte } from './colour.js';
import { Eyeball } from './eyeball.js';
import { directionOf, eyeballShape, faceAxes, pupilImage } from './geometry.js';
import { Hair, type Raster } from './hair.js';
import { Lids } from './lids.js';
import { Lighting } from './lighting.js';
import { openEye } from './opening.js';
import type { EyeParameters } from './parameters.js';
import { Relief, ReliefMaps } from './relief.js';
import { shadeSkin } from './skin.js';

/** A rendered picture of an eye with its labels. */
export interface EyePicture {
  /** RGB bytes in row-major order. */
  readonly data: Uint8Array;
  /** Columns, in pixels. */
  readonly width: number;
  /** Rows, in pixels. */
  readonly height: number;
  /** Gaze, and the pupil's centre as seen through the cornea, whether or not a lid covers it. */
  readonly labels: Required<Pick<FrameLabels, 'gaze' | 'pupils'>>;
}

// These buffers are reused between pictures; no result of a call refers to them.
const lids = new Lids();
const relief = new Relief();
const maps = new ReliefMaps();
const eyeball = new Eyeball();
const hair = new Hair();
const lighting = new Lighting();
let skin = new Float32Array(0);

/**
 * Renders an eye in software: the face around it as a shaded relief with cast shadows, lids that follow the gaze, hairs, and
 * an eyeball whose iris and pupil rotate in three dimensions under a refracting cornea (Gullstrand's schematic eye), seen by an
 * orthographic camera. This is a pure function: the same parameters and size give the same bytes.
 *
 * @param width pixels, 8 to 1024; it shows `parameters.span` millimetres of the face
 * @param height pixels, 8 to 1024
 * @throws {IrisflowError} `USAGE` for a wrong size.
 */
export function renderEye(parameters: EyeParameters, width: number, height: number): EyePicture {
  checkPictureSize(width, height);
  const perMillimetre = width / parameters.span;
  const raster: Raster = {
    width,
    height,
    perMillimetre,
    centreX: width / 2 + parameters.offset[0] * perMillimetre,
    centreY: height / 2 - parameters.offset[1] * perMillimetre,
  };
  const axes = faceAxes(parameters);
  const gaze = directionOf(...parameters.gaze);
  const faceGaze = [dot(gaze, axes.u), dot(gaze, axes.v)] as const;
  lids.shape(parameters.identity.lids, faceGaze, parameters.openness);
  relief.shape(parameters.identity, lids, faceGaze);
  maps.resize(width, height);
  const step = 1 / perMillimetre;
  maps.trace(relief, axes, (0.5 - raster.centreX) * step, (raster.centreY - 0.5) * step, step);
  maps.average(Math.max(1, Math.round(4 * perMillimetre)));
  hair.draw(parameters, lids, relief, axes, raster);
  if (skin.length !== width * height * 3) skin = new Float32Array(width * height * 3);
  lighting.light(maps, parameters.light, perMillimetre);
  shadeSkin(skin, parameters, maps, lighting, lids, hair);
  openEye(skin, parameters, lids, eyeball, axes, raster);
  const data = new Uint8Array(width * height * 3);
  finish(data, parameters);
  const [x, y] = pupilImage(parameters.gaze, eyeballShape(parameters.identity.eyeball.irisRadius));
  return {
    data,
    width,
    height,
    labels: {
      gaze: parameters.gaze,
      pupils: [[raster.centreX + x * perMillimetre, raster.centreY - y * perMillimetre]],
    },
  };
}

/** Throws `USAGE` for a size that {@link renderEye} does not support. */
export function checkPictureSize(width: number, height: number): void {
  whole('width', width, 8, 1024);
  whole('height', height, 8, 1024);
}

/** Draws the lashes over everything and converts to bytes. */
function finish(data: Uint8Array, parameters: EyeParameters): void {
  const { identity, light } = parameters;
  const lit = 0.5 * light.intensity + 0.5 * light.ambient;
  const [red, green, blue] = identity.lashes.colour;
  for (let pixel = 0, at = 0; at < data.length; pixel++, at += 3) {
    const transmitted = hair.lashes[pixel] as number;
    const blocked = (1 - transmitted) * lit;
    data[at] = toByte((skin[at] as number) * transmitted + red * blocked);
    data[at + 1] = toByte((skin[at + 1] as number) * transmitted + green * blocked);
    data[at + 2] = toByte((skin[at + 2] as number) * transmitted + blue * blocked);
  }
}

function dot(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
