/** The results as files for people: `results.md`, charts, strips of pictures. */
import { join } from 'node:path';
import { chartOf } from './chart.js';
import { type Results, writeResult } from './results-file.js';
import { stackStrips } from './strips.js';
import { inHeadline, type Row, summarise } from './summary.js';
import { ablationTable, asMarkdown, figuresTable, mainTable, type Table } from './tables.js';
import type { GazePlan, Variant } from './types.js';

/** Rows of the results so far, with the variants in the order of the report. */
export function rowsOf(results: Results, variants: readonly Variant[]): Row[] {
  return summarise(results.cells, variants);
}

/** The tables of the results so far; those without rows are left out. */
export function tablesOf(rows: readonly Row[]): Table[] {
  return [mainTable(rows), figuresTable(rows), ablationTable(rows)].filter((table) => table.length > 1);
}

/** Rewrites all files but `results.json`. @throws {IrisflowError} `SINK` where one cannot be written */
export async function writeReport(
  folder: string,
  results: Results,
  variants: readonly Variant[],
  command: string,
): Promise<void> {
  const rows = rowsOf(results, variants);
  const main = rows.filter(({ variant }) => inHeadline(variant));
  const ablations = rows.filter(({ variant }) => variant.pictures === undefined);
  const pictures = [['gaze.svg', 'gaze error by training pictures']];
  writeResult(join(folder, 'gaze.svg'), chartOf(main, 'Gaze error by training pictures'));
  const strip = await stackStrips(folder, ordered(variants.filter(inHeadline)));
  if (strip) {
    writeResult(join(folder, 'strip.png'), strip);
    pictures.push(['strip.png', 'held-out pictures of each kind']);
  }
  if (ablations.length > 1) {
    writeResult(join(folder, 'ablations.svg'), chartOf(ablations, 'Gaze error by what differs from the main run'));
    pictures.push(['ablations.svg', 'gaze error of each ablation']);
    const stacked = await stackStrips(folder, ordered(variants));
    if (stacked) {
      writeResult(join(folder, 'ablations.png'), stacked);
      pictures.push(['ablations.png', 'the same renders refined by each variant']);
    }
  }
  const { plan, engine } = results;
  const text = [
    '# Gaze experiment',
    `\`${command}\``,
    planText(plan, new Set(results.cells.map(({ seed }) => seed)).size, engine),
    ...tablesOf(rows).map(asMarkdown),
    ...pictures.map(([file, what]) => `![${what}](${file})`),
  ];
  writeResult(join(folder, 'results.md'), `${text.join('\n\n')}\n`);
}

/** Renders first, then the refined ones, then real pictures. */
function ordered(variants: readonly Variant[]): Variant[] {
  const place = ({ name }: Variant) => (name === 'raw' ? 0 : name === 'real' ? 2 : 1);
  return [...variants].sort((a, b) => place(a) - place(b));
}

function planText(
  { preset, size, pictures, testPictures, gazeSteps, steps }: GazePlan,
  seeds: number,
  engine: string,
): string {
  const parts = [
    `Preset \`${preset}\`, ${steps ?? '–'} refiner steps`,
    `${pictures} training and ${testPictures} held-out pictures of ${size}×${size} of each kind`,
    `${gazeSteps} steps of each gaze network`,
    `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    `brackets: 95 % over seeds (Student's t)`,
    engine,
  ];
  return `${parts.join('; ')}.`;
}
