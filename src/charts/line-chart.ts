/** Line charts of values over training steps as SVG, in panels. */
import type { CurvePoint } from './curve.js';
import { COLOURS, document, round, text } from './svg.js';

/** A named line. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly CurvePoint[];
}

/** A panel of lines with one axis. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Lowest and highest value shown. Default: those of the lines without rare extremes. */
  readonly range?: readonly [low: number, high: number];
  /** A dashed horizontal line at a reference value. */
  readonly mark?: number;
}

const [WIDTH, HEIGHT] = [560, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [54, 16, 54, 30];
const COLUMNS = 2;
const HEADING = 40;

/** Draws panels in two columns under a title. All panels share the scale of the steps. */
export function lineCharts(panels: readonly Panel[], title: string): string {
  const steps = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ x }) => x)));
  const span: Span = [steps.reduce((a, b) => Math.min(a, b), 0), steps.reduce((a, b) => Math.max(a, b), 1)];
  const columns = Math.min(COLUMNS, Math.max(1, panels.length));
  const rows = Math.ceil(panels.length / columns);
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * WIDTH, HEADING + Math.floor(i / columns) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${panelOf(panel, span)}</g>`;
  });
  const heading = text(16, 26, title, 'font-weight="600" font-size="15"');
  return document(columns * WIDTH, HEADING + rows * HEIGHT, title, [heading, ...drawn]);
}

type Span = readonly [low: number, high: number];

function panelOf({ title, lines, range, mark }: Panel, steps: Span): string {
  const [low, high] = range ?? rangeOf(lines, mark);
  const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
  const toX = (step: number) => LEFT + ((right - LEFT) * (step - steps[0])) / (steps[1] - steps[0]);
  const toY = (value: number) =>
    bottom - ((bottom - TOP) * (Math.min(high, Math.max(low, value)) - low)) / Math.max(high - low, 1e-12);
  const parts = [text(LEFT, 18, title, 'font-weight="600"')];
  for (const value of ticksBetween(low, high, 5)) {
    parts.push(`<path d="M${LEFT} ${round(toY(value))}H${right}" stroke="${COLOURS.grid}"/>`);
    parts.push(
      text(LEFT - 8, toY(value) + 4, label(value), `text-anchor="end" fill="${COLOURS.muted}" font-size="11"`),
    );
  }
  for (const step of ticksBetween(...steps, 6).filter(Number.isInteger)) {
    const words = step.toLocaleString('en');
    parts.push(text(toX(step), bottom + 18, words, `text-anchor="middle" fill="${COLOURS.muted}" font-size="11"`));
  }
  if (mark !== undefined) {
    const y = round(toY(mark));
    parts.push(`<path d="M${LEFT} ${y}H${right}" stroke="${COLOURS.muted}" stroke-dasharray="6 4"/>`);
  }
  let legend = LEFT;
  for (const { label: name, colour, points } of lines) {
    parts.push(`<path d="M${legend} 33h14" stroke="${colour}" stroke-width="3"/>`);
    parts.push(text(legend + 19, 37, name, 'font-size="12"'));
    legend += 19 + name.length * 7 + 16;
    parts.push(...drawn(points, colour, toX, toY));
  }
  return parts.join('');
}

/** Draws the mean as a line over a band of one deviation to both sides, or a dot where there is a single point. */
function drawn(
  points: readonly CurvePoint[],
  colour: string,
  toX: (step: number) => number,
  toY: (value: number) => number,
): string[] {
  const [first] = points;
  if (points.length === 1 && first)
    return [`<circle cx="${round(toX(first.x))}" cy="${round(toY(first.mean))}" r="3" fill="${colour}"/>`];
  const at = (deviations: number) =>
    points.map(({ x, mean, deviation }) => `${round(toX(x))} ${round(toY(mean + deviations * deviation))}`);
  if (points.length === 0) return [];
  return [
    `<path d="M${[...at(1), ...at(-1).reverse()].join('L')}Z" fill="${colour}" opacity="0.16"/>`,
    `<path d="M${at(0).join('L')}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/>`,
  ];
}

/** The range of all bands and the mark with a margin; one value in a hundred at each end may lie outside. */
function rangeOf(lines: readonly Line[], mark: number | undefined): Span {
  const ends = lines.flatMap(({ points }) => {
    const rare = Math.floor(points.length / 100);
    const lows = points.map(({ mean, deviation }) => mean - deviation).sort((a, b) => a - b);
    const highs = points.map(({ mean, deviation }) => mean + deviation).sort((a, b) => b - a);
    return [lows[rare], highs[rare]].filter((value) => value !== undefined);
  });
  if (mark !== undefined) ends.push(mark);
  if (ends.length === 0) return [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
}

/** About `count` round numbers between two values, 1, 2 or 5 times a power of ten apart. */
export function ticksBetween(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((times) => times * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Rounding removes errors such as 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function label(value: number): string {
  const size = Math.abs(value);
  return size >= 1e5 || (size > 0 && size < 1e-3) ? value.toExponential(0) : String(value).replace('-', '−');
}
