import { describe, expect, it } from 'vitest';
import { eyeAt } from '../../src/renderer/eye-at.js';
import { frontOf } from '../../src/renderer/front.js';
import { directionOf, faceAxes } from '../../src/renderer/geometry.js';
import type { EyeParameters } from '../../src/renderer/parameters.js';
import { renderEye } from '../../src/renderer/render-eye.js';

const turned: EyeParameters = { ...eyeAt(3, 5), head: [0.1, 0.3, 0.05], gaze: [-0.1, 0.2] };
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('frontOf', () => {
  it.each(['right', 'left'] as const)('keeps gaze and lamp as they are in the face of a %s eye', (side) => {
    const eye = { ...turned, side };
    const front = frontOf(eye);
    const [before, after] = [faceAxes(eye), faceAxes(front)];
    expect(front.head).toEqual([0, 0, 0]);
    for (const axis of ['u', 'v', 'w'] as const) {
      expect(dot(directionOf(...front.gaze), after[axis])).toBeCloseTo(dot(directionOf(...eye.gaze), before[axis]), 9);
      expect(dot(front.light.direction, after[axis])).toBeCloseTo(dot(eye.light.direction, before[axis]), 9);
    }
  });

  it('moves an eye that looks along its face to look into the camera', () => {
    const { gaze } = frontOf({ ...turned, head: [0.2, -0.3, 0.1], gaze: [0.2, -0.3] });
    expect(gaze[0]).toBeCloseTo(0, 9);
    expect(gaze[1]).toBeCloseTo(0, 9);
  });

  it('does not change an eye seen from the front, and changes only head, gaze and lamp of others', () => {
    const straight = { ...turned, head: [0, 0, 0] as const };
    expect(renderEye(frontOf(straight), 32, 32).data).toEqual(renderEye(straight, 32, 32).data);
    const { head: _, gaze: __, light, ...rest } = frontOf(turned);
    expect(turned).toMatchObject(rest);
    expect({ ...light, direction: undefined }).toEqual({ ...turned.light, direction: undefined });
    expect(renderEye(frontOf(turned), 32, 32).data).not.toEqual(renderEye(turned, 32, 32).data);
  });
});
