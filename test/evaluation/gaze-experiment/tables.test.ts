import { describe, expect, it } from 'vitest';
import { chartOf } from '../../../src/evaluation/gaze-experiment/chart.js';
import { ablationsOf, MAIN, planOf } from '../../../src/evaluation/gaze-experiment/plan.js';
import { summarise } from '../../../src/evaluation/gaze-experiment/summary.js';
import {
  ablationTable,
  asMarkdown,
  asText,
  figuresTable,
  mainTable,
} from '../../../src/evaluation/gaze-experiment/tables.js';
import type { Cell } from '../../../src/evaluation/gaze-experiment/types.js';

const twoSample = (accuracy: number) => ({ accuracy, interval: [accuracy - 0.1, accuracy + 0.1] as const });
const pupils = { mean: 0.9, deviation: 0.5, median: 0.7, floor: 0.4, count: 90 };
const refiner = { preset: 'live', steps: 100, seconds: 12.4, change: 0.2, pupils };
const cells: Cell[] = [
  { variant: 'raw', seed: 1, error: 6, within7: 0.6, whole: twoSample(0.99), patch: twoSample(0.9), seconds: 1 },
  { variant: 'raw', seed: 2, error: 8, within7: 0.5, whole: twoSample(0.97), patch: twoSample(0.92), seconds: 1 },
  { variant: 'real', seed: 1, error: 3, within7: 0.95, seconds: 1 },
  {
    variant: 'refined',
    seed: 2,
    error: 6,
    within7: 0.8,
    whole: twoSample(0.7),
    patch: twoSample(0.6),
    refiner,
    seconds: 1,
  },
  {
    variant: 'refined',
    seed: 1,
    error: 4.2,
    within7: 0.9,
    whole: twoSample(0.6),
    patch: twoSample(0.5),
    refiner,
    seconds: 1,
  },
  { variant: 'camera', seed: 1, error: 4, within7: 0.9, whole: twoSample(0.75), patch: twoSample(0.7), seconds: 1 },
  {
    variant: 'lambda-5',
    seed: 1,
    error: 5.5,
    within7: 0.7,
    whole: twoSample(0.9),
    patch: twoSample(0.8),
    refiner,
    seconds: 1,
  },
];
const variants = [...MAIN, ...ablationsOf(planOf({ output: 'results' }), ['camera', 'lambda'])];

describe('summarise', () => {
  it('compares with raw renders of the same seed', () => {
    const rows = summarise(cells, variants);
    expect(rows.map(({ variant }) => variant.name)).toEqual(['raw', 'real', 'refined', 'camera', 'lambda-5']);
    const [raw, real, refined, , lambda] = rows;
    expect(raw?.error.mean).toBe(7);
    expect(raw?.ratio).toBeUndefined();
    expect(real?.ratio?.mean).toBe(0.5);
    // 4.2 / 6 and 6 / 8.
    expect(refined?.ratio?.mean).toBeCloseTo(0.725, 10);
    expect(refined?.whole?.high).toBe(1);
    expect(lambda?.ratio?.mean).toBeCloseTo(5.5 / 6, 10);
  });

  it('omits figures that were not measured', () => {
    expect(summarise([], variants)).toEqual([]);
  });
});

describe('tables', () => {
  const rows = summarise(cells, variants);

  it('put the figures beside those of the paper', () => {
    const main = mainTable(rows);
    const kinds = ['raw renders', 'refined renders', 'photographed renders', 'real pictures'];
    expect(main.map(([first]) => first)).toEqual(['trained on', ...kinds]);
    expect(main[1]?.at(-1)).toBe('11.2°, 64.9 %');
    expect(main[2]?.[1]).toMatch(/^5\.10° \[0\.00, 16\.\d\d\]$/);
    // One seed has no interval.
    expect(main[4]?.slice(1, 3)).toEqual(['3.00°', '95.0 %']);
    const figures = figuresTable(rows);
    expect(figures.find(([name]) => name === 'error, refined / raw')).toEqual([
      'error, refined / raw',
      expect.stringMatching(/^0\.7[23] \[/),
      '≤ 0.70',
      '0.70',
    ]);
    expect(figures.find(([name]) => name?.startsWith('error, real / raw'))?.[1]).toBe('0.50');
    expect(figures.find(([name]) => name?.startsWith('error, photographed / raw'))?.[1]).toBe('0.67');
    expect(figures.find(([name]) => name === 'accuracy photographed against real, patches')?.[1]).toBe('0.70');
    expect(figures.find(([name]) => name?.startsWith('pupil'))?.[1]).toMatch(
      /^0\.90.*± 0\.50; median 0\.70; unrefined 0\.40/,
    );
    expect(ablationTable(rows).map(([first]) => first)).toEqual(['variant', 'main run', 'λ = 5']);
  });

  it('omit rows without results', () => {
    const early = summarise(cells.slice(0, 1), variants);
    expect(mainTable(early)).toHaveLength(2);
    expect(figuresTable(early)).toEqual([]);
    expect(ablationTable(early)).toEqual([]);
  });

  it('are aligned as text and escaped as Markdown', () => {
    expect(
      asText([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a    bb\nccc  d');
    expect(
      asMarkdown([
        ['a|b', 'c'],
        ['1', '2'],
      ]),
    ).toBe('| a\\|b | c |\n| --- | --- |\n| 1 | 2 |');
    expect(asMarkdown([])).toBe('');
  });
});

describe('chartOf', () => {
  it('draws a dot for every row, and a bar where there is an interval', () => {
    const svg = chartOf(summarise(cells, variants), 'a < b');
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg.match(/stroke-width="3"/g)).toHaveLength(2);
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('draws an empty one without rows', () => {
    expect(chartOf([], 'nothing')).toMatch(/^<svg.*<\/svg>\n$/s);
  });
});
