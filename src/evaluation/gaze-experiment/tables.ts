/** Results as tables: for the terminal and for Markdown. */

import { percent } from '../percent.js';
import type { Estimate } from './statistics.js';
import { inHeadline, PAPER, type Row, TARGETS } from './summary.js';

/** A table as cells; the first row is its head. */
export type Table = readonly (readonly string[])[];

const PAPER_OF: Readonly<Record<string, string>> = {
  raw: `${PAPER.raw.error}°, ${percent(PAPER.raw.within7)}`,
  refined: `${PAPER.refined.error}°, ${percent(PAPER.refined.within7)}`,
};

/** Raw, refined, photographed (if measured), real: gaze error beside the paper's. */
export function mainTable(rows: readonly Row[]): Table {
  const order = ['raw', 'refined', 'camera', 'real'];
  const sorted = rows
    .filter(({ variant }) => inHeadline(variant))
    .sort((a, b) => order.indexOf(a.variant.name) - order.indexOf(b.variant.name));
  return [
    ['trained on', 'mean error', 'within 7°', 'told from real: whole', 'patches', 'in the paper'],
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

/** The refiner's figures beside targets and paper. */
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
    ...line('error, photographed / raw: of a perfect refiner', camera?.ratio, '–', '–'),
    ...line('error, real / raw: the most to gain', real?.ratio, '–', '–'),
    ...line('raw told from real, whole', raw?.whole, `≥ ${TARGETS.toldRaw.toFixed(2)}`, people(PAPER.told.raw)),
    ...line('raw told from real, patches', raw?.patch, `≥ ${TARGETS.toldRaw.toFixed(2)}`, '–'),
    ...line('refined told from real, whole', whole, `≤ ${TARGETS.toldRefined.toFixed(2)}`, people(PAPER.told.refined)),
    ...line('refined told from real, patches', patch, `≤ ${TARGETS.toldRefined.toFixed(2)}`, '–'),
    ...line('photographed told from real, whole: a perfect refiner', camera?.whole, '–', '–'),
    ...line('photographed told from real, patches', camera?.patch, '–', '–'),
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
    ['variant', 'steps', 'refiner', 'mean error', 'refined / raw', 'told: whole', 'patches', 'pupils, px of 55'],
    ...shown.map((row) => [
      row.variant.name === 'refined' ? 'as it is' : row.variant.title,
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
