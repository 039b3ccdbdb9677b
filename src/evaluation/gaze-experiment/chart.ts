/** Draws mean errors with their confidence intervals as SVG, one row for each variant. */
import { COLOURS, document, round, text } from '../../charts/svg.js';
import type { Row } from './summary.js';

const WIDTH = 760;
const LEFT = 230;
const RIGHT = 90;
const ROW = 26;
const TOP = 46;
const COLOUR_OF: Readonly<Record<string, string>> = COLOURS;

/** Draws the rows in the given order, with a vertical line at the mean of the raw row. */
export function chartOf(rows: readonly Row[], title: string): string {
  const ends = rows.flatMap(({ error }) => [error.mean, error.low, error.high]).filter(Number.isFinite);
  const maxDegrees = Math.max(1, Math.ceil(Math.max(...ends, 0)));
  const tick = maxDegrees > 12 ? 5 : maxDegrees > 6 ? 2 : 1;
  const x = (degrees: number) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(Math.max(degrees, 0), maxDegrees)) / maxDegrees;
  const bottom = TOP + rows.length * ROW;
  const parts = [
    text(16, 26, title, 'font-weight="600"'),
    text(
      LEFT,
      bottom + 36,
      'mean gaze error on held-out real pictures, degrees; bars: 95 % over seeds',
      'fill="#555555"',
    ),
  ];
  for (let degrees = 0; degrees <= maxDegrees; degrees += tick) {
    parts.push(`<path d="M${round(x(degrees))} ${TOP}V${bottom}" stroke="${COLOURS.grid}"/>`);
    parts.push(text(x(degrees), bottom + 18, String(degrees), 'text-anchor="middle" fill="#555555"'));
  }
  const raw = rows.find(({ variant }) => variant.name === 'raw');
  if (raw) {
    parts.push(
      `<path d="M${round(x(raw.error.mean))} ${TOP}V${bottom}" stroke="${COLOURS.raw}" stroke-dasharray="3 3"/>`,
    );
  }
  for (const [i, { variant, error }] of rows.entries()) {
    const y = TOP + (i + 0.5) * ROW;
    const colour = COLOUR_OF[variant.name] ?? COLOURS.muted;
    parts.push(text(LEFT - 14, y + 4, variant.title, 'text-anchor="end"'));
    if (Number.isFinite(error.low)) {
      parts.push(
        `<path d="M${round(x(error.low))} ${y}H${round(x(error.high))}" stroke="${colour}" stroke-width="3" opacity="0.45"/>`,
      );
    }
    parts.push(`<circle cx="${round(x(error.mean))}" cy="${y}" r="5" fill="${colour}"/>`);
    parts.push(text(WIDTH - RIGHT + 14, y + 4, `${error.mean.toFixed(2)}°`));
  }
  return document(WIDTH, bottom + 44, title, parts);
}
