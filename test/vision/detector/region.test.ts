import { describe, expect, it } from 'vitest';
import { type Region, regionAround, wholeFrame } from '../../../src/vision/detector/region.js';

const box = (x: number, y: number, side: number) => ({ x: x - side / 2, y: y - side / 2, width: side, height: side });
const centre = ({ x, y, side }: Region): [x: number, y: number] => [x + side / 2, y + side / 2];
const distance = (region: Region, x: number, y: number) => Math.hypot(centre(region)[0] - x, centre(region)[1] - y);

describe('the whole frame', () => {
  it('is the square around it, centred', () => {
    expect(wholeFrame({ width: 640, height: 480 })).toEqual({ x: 0, y: -80, side: 640 });
    expect(wholeFrame({ width: 100, height: 300 }, 2)).toEqual({ x: -250, y: -150, side: 600 });
  });
});

describe('the region around a face', () => {
  const region = regionAround({ box: box(100, 100, 80) });

  it('is centred on the box of a face without a region', () => {
    const wide = regionAround({ box: { x: 50, y: 60, width: 100, height: 80 } });
    expect(centre(wide)).toEqual([100, 100]);
    expect(wide.side).toBe(175);
  });

  it('hardly moves with noise', () => {
    const next = regionAround({ box: box(100.4, 99.7, 80.5), region });
    expect(distance(next, 100, 100)).toBeLessThan(0.02);
    expect(Math.abs(next.side - region.side)).toBeLessThan(0.05);
  });

  it('follows a face that moves or grows a lot', () => {
    const next = regionAround({ box: box(130, 110, 110), region });
    expect(distance(next, 130, 110)).toBeLessThan(1e-9);
    expect(next.side).toBeCloseTo(110 * 1.75, 6);
  });

  it('settles behind a steadily moving face and keeps it well inside', () => {
    let current = region;
    const lags: number[] = [];
    for (let x = 100; x < 400; x += 5) {
      current = regionAround({ box: box(x, 100, 80), region: current });
      lags.push(distance(current, x, 100));
    }
    expect(Math.max(...lags)).toBeLessThan(0.2 * 80);
    expect(Math.abs((lags.at(-1) as number) - (lags.at(-2) as number))).toBeLessThan(0.01);
  });

  it('comes to rest on a face that stands still', () => {
    let current = regionAround({ box: box(90, 104, 75) });
    for (let i = 0; i < 200; i++) current = regionAround({ box: box(100, 100, 80), region: current });
    expect(distance(current, 100, 100)).toBeLessThan(1);
  });
});
