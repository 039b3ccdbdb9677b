import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lineCharts, ticksBetween } from '../../src/charts/line-chart.js';

const point = (x: number, mean: number) => ({ x, mean, deviation: 0.1 });
const line = (label: string, points: ReturnType<typeof point>[]) => ({ label, colour: '#ff0000', points });

/** The end points of all lines drawn, in pixels. */
const lines = (svg: string) =>
  [...svg.matchAll(/<path d="M([^"Z]+)" fill="none"/g)].map(([, d = '']) =>
    d.split('L').map((at) => at.split(' ').map(Number)),
  );

describe('lineCharts', () => {
  it('draws rising values as a rising line, from the first step to the last', () => {
    const svg = lineCharts(
      [{ title: 'Losses', lines: [line('a', [point(0, 0), point(50, 5), point(100, 10)])] }],
      'run',
    );
    const [[first, middle, last] = []] = lines(svg) as number[][][];
    expect((first?.[0] ?? 0) + (last?.[0] ?? 0)).toBeCloseTo(2 * (middle?.[0] ?? 0));
    expect(first?.[1]).toBeGreaterThan(middle?.[1] ?? 0);
    expect(middle?.[1]).toBeGreaterThan(last?.[1] ?? 0);
  });

  it('is not flattened by a rare extreme, which stays inside its panel', () => {
    const points = Array.from({ length: 300 }, (_, i) => point(i, i === 150 ? 1e9 : i % 2));
    const [drawn = []] = lines(lineCharts([{ title: 'Losses', lines: [line('a', points)] }], 'run'));
    const ys = drawn.map(([, y = 0]) => y);
    expect(Math.abs((ys[0] as number) - (ys[1] as number))).toBeGreaterThan(100);
    expect(Math.min(...ys)).toBeGreaterThan(0);
  });

  it('escapes names, and draws a valid picture with one point, without points and without panels', async () => {
    const svg = lineCharts(
      [{ title: 'a < b', lines: [line('"x"', [point(3, 1)]), line('none', [])], mark: 0.5 }],
      't & u',
    );
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('t &amp; u');
    expect(svg).toContain('<circle');
    expect(svg).not.toContain('NaN');
    for (const one of [svg, lineCharts([{ title: 'nothing', lines: [] }], ''), lineCharts([], '')]) {
      expect((await sharp(Buffer.from(one)).metadata()).width).toBeGreaterThan(500);
    }
  });
});

describe('ticksBetween', () => {
  it('are round', () => {
    expect(ticksBetween(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksBetween(-0.13, 0.31, 5)).toEqual([-0.1, 0, 0.1, 0.2, 0.3]);
    expect(ticksBetween(0, 61_234, 6)).toEqual([0, 20_000, 40_000, 60_000]);
    expect(ticksBetween(3, 3, 5)).toEqual([3]);
  });
});
