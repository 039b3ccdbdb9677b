import { describe, expect, it } from 'vitest';
import { fromMatrix, fromRotationScale } from '../../src/geometry/affine.js';
import { moveLabels } from '../../src/geometry/labels.js';

const about = (a: number, b: number, d: number, e: number) => fromMatrix(a, b, d, e, [5, 5], [5, 5]);

function gaze(labels: { gaze?: readonly [number, number] }): readonly [number, number] {
  expect(labels.gaze).toBeDefined();
  return labels.gaze ?? [Number.NaN, Number.NaN];
}

describe('moveLabels', () => {
  it('maps pupils and drops those outside the picture', () => {
    const moved = moveLabels(
      {
        pupils: [
          [1, 1],
          [9, 9],
        ],
        name: 'a',
      },
      [2, 0, 0, 0, 2, 0],
      10,
      10,
    );
    expect(moved).toEqual({ pupils: [[2, 2]], name: 'a' });
  });

  it('keeps gaze under translation, scale and shear without rotation', () => {
    expect(moveLabels({ gaze: [0.1, 0.2] }, [2, 0, 7, 0, 0.5, -3], 10, 10)).toEqual({ gaze: [0.1, 0.2] });
    expect(moveLabels({ gaze: [0.1, 0.2] }, [1, 0.2, 7, 0.2, 1, -3], 10, 10)).toEqual({ gaze: [0.1, 0.2] });
  });

  it('maps the centres of face boxes, keeps them axis-aligned, and drops those outside the picture', () => {
    const face = { x: 2, y: 4, width: 2, height: 4 };
    expect(moveLabels({ faces: [face] }, [2, 0, 1, 0, 0.5, 0], 10, 10)).toEqual({
      faces: [{ x: 5, y: 2, width: 4, height: 2 }],
    });
    const turned = moveLabels({ faces: [face] }, fromRotationScale(0.3, 1, [3, 6], [3, 6]), 10, 10).faces?.[0];
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(turned?.[side]).toBeCloseTo(face[side], 9);
    expect(moveLabels({ faces: [face] }, [1, 0, -4, 0, 1, 0], 10, 10)).toEqual({ faces: [] });
    expect(moveLabels({ faces: [face] }, [1, 0, -3, 0, 1, 0], 10, 10).faces).toHaveLength(1);
  });

  it('mirrors gaze with the picture', () => {
    const [pitch, yaw] = gaze(moveLabels({ gaze: [0.1, 0.2] }, about(-1, 0, 0, 1), 10, 10));
    expect(pitch).toBeCloseTo(0.1);
    expect(yaw).toBeCloseTo(-0.2);
    const [upsideDown, same] = gaze(moveLabels({ gaze: [0.1, 0.2] }, about(1, 0, 0, -1), 10, 10));
    expect(upsideDown).toBeCloseTo(-0.1);
    expect(same).toBeCloseTo(0.2);
  });

  it('rotates gaze with the picture', () => {
    // Looking up in a picture turned clockwise by a quarter is looking to the right, where x grows: negative yaw.
    const quarter = fromRotationScale(Math.PI / 2, 1, [5, 5], [5, 5]);
    const [pitch, yaw] = gaze(moveLabels({ gaze: [0.3, 0] }, quarter, 10, 10));
    expect(pitch).toBeCloseTo(0);
    expect(yaw).toBeCloseTo(-0.3);
    const [back, forth] = gaze(
      moveLabels(
        moveLabels({ gaze: [0.3, -0.5] }, fromRotationScale(0.4, 1.2, [0, 0], [0, 0]), 10, 10),
        fromRotationScale(-0.4, 0.7, [0, 0], [0, 0]),
        10,
        10,
      ),
    );
    expect(back).toBeCloseTo(0.3);
    expect(forth).toBeCloseTo(-0.5);
  });
});
