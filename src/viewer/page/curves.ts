/** The training curves as columns for the charts, with a bounded number of points. */
import type { Report } from './status.js';

/** Largest number of points, about twice the width of a chart in pixels. */
const MAX_POINTS = 2000;

/** A column of values for each line, with one value for each report; null where a report has none. */
export type Columns = readonly (readonly (number | null)[])[];

export class Curves {
  #reports: Report[] = [];

  /** Adds a report. One of an earlier step than the last belongs to another run and clears the curves. */
  add(report: Report): void {
    const last = this.#reports.at(-1);
    if (last && report.step === last.step) return;
    if (last && report.step < last.step) this.#reports = [];
    this.#reports.push(report);
    if (this.#reports.length > MAX_POINTS) this.#reports = this.#reports.filter((_, at) => at % 2 === 0);
  }

  replace(reports: readonly Report[]): void {
    this.#reports = [];
    for (const report of reports) this.add(report);
  }

  get length(): number {
    return this.#reports.length;
  }

  /** Names of the losses, in the order of their first report. */
  get lossNames(): string[] {
    return [...new Set(this.#reports.flatMap(({ losses }) => Object.keys(losses)))];
  }

  /** Names of the other measures, in the order of their first report. */
  get measureNames(): string[] {
    return [...new Set(this.#reports.flatMap(measuresIn))];
  }

  /** A column of steps, then one column for each of `values`; null where a report has no value. */
  columns(values: readonly ((report: Report) => number | undefined)[]): Columns {
    return [
      this.#reports.map(({ step }) => step),
      ...values.map((value) => this.#reports.map((report) => finite(value(report)))),
    ];
  }
}

/** The measure of that name in a report, on held-out pictures where available. */
export function measureOf({ change, measures, heldOut }: Report, name: string): number | undefined {
  return name === 'change' ? change : (heldOut?.measures?.[name] ?? measures?.[name]);
}

/** One of this many values, at each end of a line's range, may be outside the chart. */
const RARE = 20;

/** The lowest and highest value of the columns without rare extremes, but including the newest values; undefined without values. */
export function usualRange(columns: Columns): [low: number, high: number] | undefined {
  const ends = columns.flatMap((column) => {
    const values = column.filter((value) => value !== null);
    const ordered = values.toSorted((a, b) => a - b);
    const rare = Math.floor(values.length / RARE);
    return [ordered[rare], ordered[ordered.length - 1 - rare], values.at(-1)].filter((value) => value !== undefined);
  });
  return ends.length === 0 ? undefined : [Math.min(...ends), Math.max(...ends)];
}

function measuresIn({ change, measures, heldOut }: Report): string[] {
  const own = { ...measures, ...heldOut?.measures };
  return [...(typeof change === 'number' ? ['change'] : []), ...Object.keys(own)];
}

function finite(value: number | undefined | null): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
