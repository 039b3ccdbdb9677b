/** The training curves as the charts want them: columns, bounded in length. */
import type { Report } from './status.js';

/** Twice as many points as a chart is wide in pixels show no more. */
const MOST_POINTS = 2000;

/** Values report by report, a column for each line; null where a report says nothing. */
export type Columns = readonly (readonly (number | null)[])[];

export class Curves {
  #reports: Report[] = [];

  /** Steps that are not later than the last one are of another run: it starts afresh. */
  add(report: Report): void {
    const last = this.#reports.at(-1);
    if (last && report.step === last.step) return;
    if (last && report.step < last.step) this.#reports = [];
    this.#reports.push(report);
    if (this.#reports.length > MOST_POINTS) this.#reports = this.#reports.filter((_, at) => at % 2 === 0);
  }

  replace(reports: readonly Report[]): void {
    this.#reports = [];
    for (const report of reports) this.add(report);
  }

  get length(): number {
    return this.#reports.length;
  }

  /** Names of the losses, in the order in which they first came. */
  get lossNames(): string[] {
    return [...new Set(this.#reports.flatMap(({ losses }) => Object.keys(losses)))];
  }

  /** Names of what else is measured, likewise. */
  get measureNames(): string[] {
    return [...new Set(this.#reports.flatMap(measuresIn))];
  }

  /** A column of steps, then one column for each of `values`; null where a report says nothing. */
  columns(values: readonly ((report: Report) => number | undefined)[]): Columns {
    return [
      this.#reports.map(({ step }) => step),
      ...values.map((value) => this.#reports.map((report) => finite(value(report)))),
    ];
  }
}

/** What a report measures under that name; on held-out pictures where it can be. */
export function measureOf({ change, measures, heldOut }: Report, name: string): number | undefined {
  return name === 'change' ? change : (heldOut?.measures?.[name] ?? measures?.[name]);
}

/** One value in so many, at each end of a line, may lie outside its chart. */
const RARE = 20;

/** The lowest and highest value of some columns but for rare extremes, with the newest ones; undefined where there is none. */
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
