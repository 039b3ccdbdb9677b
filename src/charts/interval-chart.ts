/** Interval and histogram charts as inline SVG, coloured by the page's style sheet. */
import { escaped, round } from './svg.js';

/** One row of a chart: a value with its confidence interval. */
export interface ChartRow {
  readonly label: string;
  /** CSS class of the page: `raw`, `refined` or `real`. */
  readonly kind: string;
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** A vertical reference line. */
export interface ChartMark {
  readonly at: number;
  readonly label: string;
}

const WIDTH = 720;
const LEFT = 170;
const RIGHT = 70;
const ROW = 30;
const TOP = 34;

/** Draws values as dots in rows, with their intervals as whiskers. */
export function intervalChart(
  rows: readonly ChartRow[],
  options: { low: number; high: number; marks: readonly ChartMark[]; format: (value: number) => string; about: string },
): string {
  const { low, high, marks, format, about } = options;
  const toX = (value: number) =>
    LEFT + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * ROW + 6;
  const lines = marks.map(
    ({ at, label }, i) =>
      `<line class="mark" x1="${round(toX(at))}" x2="${round(toX(at))}" y1="${TOP - 6}" y2="${height}"/>` +
      `<text class="note" x="${round(toX(at))}" y="${i % 2 === 0 ? 11 : 24}" text-anchor="middle">${escaped(label)}</text>`,
  );
  const bars = rows.map(({ label, kind, value, interval }, i) => {
    const y = TOP + i * ROW + ROW / 2;
    return (
      `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>` +
      `<line class="track" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
      `<line class="whisker ${kind}" x1="${round(toX(interval[0]))}" x2="${round(toX(interval[1]))}" y1="${y}" y2="${y}"/>` +
      `<circle class="${kind}" cx="${round(toX(value))}" cy="${y}" r="5.5"/>` +
      `<text class="value" x="${WIDTH - RIGHT + 12}" y="${y + 4}">${escaped(format(value))}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(about)}">${lines.join('')}${bars.join('')}</svg>`;
}

/** Draws one histogram for each set as lines in one panel. `shares` are the fractions of values in each bin. */
export function histogramChart(
  sets: readonly { readonly kind: string; readonly shares: Float64Array }[],
  options: { title: string; bins: number; about: string },
): string {
  const { title, bins, about } = options;
  const [width, height, top] = [340, 150, 24];
  const grouped = sets.map(({ kind, shares }) => ({ kind, shares: rebinned(shares, bins) }));
  const maxShare = Math.max(...grouped.flatMap(({ shares }) => shares), 1e-9);
  const lines = grouped.map(({ kind, shares }) => {
    const points = shares.map(
      (share, i) => `${round((i / (bins - 1)) * width)},${round(height - (share / maxShare) * (height - top))}`,
    );
    return `<polyline class="${kind}" points="${points.join(' ')}"/>`;
  });
  return (
    `<svg viewBox="0 0 ${width} ${height + 4}" role="img" aria-label="${escaped(about)}"><text x="0" y="12">${escaped(title)}</text>` +
    `<line class="track" x1="0" x2="${width}" y1="${height}" y2="${height}"/>${lines.join('')}</svg>`
  );
}

function rebinned(shares: Float64Array, bins: number): number[] {
  const grouped = new Array<number>(bins).fill(0);
  for (let i = 0; i < shares.length; i++) {
    const bin = Math.floor((i * bins) / shares.length);
    grouped[bin] = (grouped[bin] as number) + (shares[i] as number);
  }
  return grouped;
}
