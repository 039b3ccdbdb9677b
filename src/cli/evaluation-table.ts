/** Formats the figures of an evaluation as a table for the terminal. */

import { percent } from '../evaluation/percent.js';
import type { EvaluationReport, Figure } from '../evaluation/report/report.js';

/** The table has a row for each measure, raw and refined with their 95 % intervals; the score and the verdict follow. */
export function evaluationTable(report: EvaluationReport): string {
  const { turing, distance, statistics, labels, inputs, step, version, score, verdict } = report;
  const tracked = labels.pupilTracked;
  const rows: (readonly string[])[] = [
    ['', 'raw', 'refined', ''],
    ['classifier accuracy, 16×16 patches', share(turing.patch.raw), share(turing.patch.refined), 'chance 50 %'],
    [
      'classifier accuracy, whole pictures',
      share(turing.whole.raw),
      share(turing.whole.refined),
      `people in the paper: ${percent(turing.paper.raw)}, ${percent(turing.paper.refined)}`,
    ],
    [
      'kernel distance to real',
      figure(distance.raw, 4),
      figure(distance.refined, 4),
      `real to real ${number(distance.real.value, 4)}`,
    ],
    [
      'colours, distance to real',
      number(statistics.distance.raw.colour, 2),
      number(statistics.distance.refined.colour, 2),
      'levels of 255',
    ],
    [
      'gradients, distance to real',
      number(statistics.distance.raw.gradient, 2),
      number(statistics.distance.refined.gradient, 2),
      'levels per pixel',
    ],
    [
      'pupil movement, px per 55',
      '',
      labels.pupilPer55.value === null ? 'not measured' : figure(labels.pupilPer55, 2),
      `${labels.pupilCount} eyes; paper 1.1 ± 0.8`,
    ],
    [
      'the same, tracked',
      '',
      tracked.per55.value === null ? 'not measured' : figure(tracked.per55, 2),
      `${tracked.count} eyes, ${tracked.lost} lost`,
    ],
    ['structural similarity', '', figure(labels.similarity, 3), '1: equal structure'],
    ['perceptual distance of x and R(x)', '', figure(labels.perceptual, 3), '0: equal features in the iris network'],
    ['mean |R(x) − x|', '', figure(labels.change, 4), 'on pictures in [−1, 1]'],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const table = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  const trainedOn = (['synthetic', 'real'] as const).filter((name) => inputs[name].trainedOn);
  return [
    `step ${step}, version ${version}: ${inputs.synthetic.count} synthetic, ${inputs.real.count} real crops`,
    ...(trainedOn.length > 0 ? [`not held out: the run was trained on this ${trainedOn.join(' and ')} input`] : []),
    '',
    ...table,
    '',
    `score ${number(score, 3)} (lower is better)`,
    `${verdict.state.toUpperCase()}. ${verdict.words}`,
  ].join('\n');
}

function share({ value, interval: [low, high] }: Figure): string {
  const ends = low === null || high === null ? '' : ` (${(100 * low).toFixed(1)} – ${(100 * high).toFixed(1)})`;
  return `${percent(value)}${ends}`;
}

function figure({ value, interval: [low, high] }: Figure, digits: number): string {
  return `${number(value, digits)} (${number(low, digits)} – ${number(high, digits)})`;
}

function number(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits).replace(/^-/, '−');
}
