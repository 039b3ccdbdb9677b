/** Results as tables: for the terminal and for Markdown. */

import { percent } from '../percent.js';
import type { Estimate } from './statistics.js';
import { inHeadline, PAPER, type Row, TARGETS } from './summary.js';

/** A table as rows of cells; the first row is the header. */
export type Table = readonly (readonly string[])[];

const PAPER_OF: Readonly<Record<string, string>> = {
  raw: `${PAPER.raw.error}°, ${percent(PAPER.raw.within7)}`,
  refined: `${PAPER.refined.error}°, ${percent(PAPER.refined.within7)}`,
};

/** Gaze errors of raw, refined, photographed (if measured) and real, with the paper's. */
export function mainTable(rows: readonly Row[]): Table {
  const order = ['raw', 'refined', 'camera', 'real'];
  const sorted = rows
    .filter(({ variant }) => inHeadline(variant))
    .sort((a, b) => order.indexOf(a.variant.name) - order.indexOf(b.variant.name));
  return [
    ['trained on', 'mean error', 'within 7°', 'two-sample accuracy: whole', 'patches', 'in the paper'],
    ...sorted.map((row) => [
      row.variant.title,
      degrees(row.error),
      shares(row.within7),
      row.whole ? plain(row.whole) : '–',
      row.patch ? plain(row.patch) : '–',
      PAPER_OF[row.variant.name] ?? '–',
    ]),
  ];
}

/** The refiner's figures with targets and those of the paper. */
export function figuresTable(rows: readonly Row[]): Table {
  const raw = rows.find(({ variant }) => variant.name === 'raw');
  const real = rows.find(({ variant }) => variant.name === 'real');
  const camera = rows.find(({ variant }) => variant.name === 'camera');
  const refined = rows.find(({ variant }) => variant.name === 'refined');
  if (!refined) return [];
  const { ratio, whole, patch, pupils, change } = refined;
  const line = (what: string, value: Estimate | undefined, target: string, paper: string, more = '') =>
    value ? [[what, plain(value) + more, target, paper]] : [];
  const people = (accuracy: number) => `${accuracy} (people)`;
  return [
    ['figure', 'here', 'target', 'in the paper'],
    ...line('error, refined / raw', ratio, `≤ ${TARGETS.ratio.toFixed(2)}`, PAPER.ratio.toFixed(2)),
    ...line('error, photographed / raw: a perfect refiner', camera?.ratio, '–', '–'),
    ...line('error, real / raw: the lower limit', real?.ratio, '–', '–'),
    ...line(
      'accuracy raw against real, whole',
      raw?.whole,
      `≥ ${TARGETS.accuracyRaw.toFixed(2)}`,
      people(PAPER.accuracy.raw),
    ),
    ...line('accuracy raw against real, patches', raw?.patch, `≥ ${TARGETS.accuracyRaw.toFixed(2)}`, '–'),
    ...line(
      'accuracy refined against real, whole',
      whole,
      `≤ ${TARGETS.accuracyRefined.toFixed(2)}`,
      people(PAPER.accuracy.refined),
    ),
    ...line('accuracy refined against real, patches', patch, `≤ ${TARGETS.accuracyRefined.toFixed(2)}`, '–'),
    ...line('accuracy photographed against real, whole: a perfect refiner', camera?.whole, '–', '–'),
    ...line('accuracy photographed against real, patches', camera?.patch, '–', '–'),
    ...line(
      'pupil shift, px of 55',
      pupils,
      `≤ ${TARGETS.pupils}`,
      `${PAPER.pupils.mean} ± ${PAPER.pupils.deviation}`,
      ` ± ${refined.pupilsDeviation?.toFixed(2)}; median ${refined.pupilsMedian?.toFixed(2)}; unrefined ${refined.pupilsFloor?.toFixed(2)}`,
    ),
    ...line('mean |R(x) − x|', change, '–', '–'),
  ];
}

/** The main run and every variant of the ablations. */
export function ablationTable(rows: readonly Row[]): Table {
  const shown = rows.filter(({ variant }) => variant.pictures === undefined);
  if (shown.length < 2) return [];
  return [
    ['variant', 'steps', 'refiner', 'mean error', 'refined / raw', 'accuracy: whole', 'patches', 'pupils, px of 55'],
    ...shown.map((row) => [
      row.variant.name === 'refined' ? 'main run' : row.variant.title,
      String(Math.round(row.steps ?? 0)),
      `${Math.round(row.seconds ?? 0)} s`,
      degrees(row.error),
      row.ratio ? plain(row.ratio) : '–',
      row.whole ? plain(row.whole) : '–',
      row.patch ? plain(row.patch) : '–',
      row.pupils ? plain(row.pupils) : '–',
    ]),
  ];
}

function degrees(value: Estimate): string {
  return withInterval(value, (x) => x.toFixed(2), '°');
}

function shares(value: Estimate): string {
  return withInterval(value, (x) => (100 * x).toFixed(1), ' %');
}

function plain(value: Estimate): string {
  return withInterval(value, (x) => x.toFixed(2), '');
}

function withInterval({ mean, low, high }: Estimate, show: (x: number) => string, unit: string): string {
  return Number.isFinite(low) ? `${show(mean)}${unit} [${show(low)}, ${show(high)}]` : `${show(mean)}${unit}`;
}

/** Columns padded to one width. */
export function asText(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function asMarkdown(table: Table): string {
  const [head, ...body] = table;
  if (!head) return '';
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
