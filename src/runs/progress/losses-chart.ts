/** `losses.png`: a run's metrics as a picture. */
import { Curve } from '../../charts/curve.js';
import { type Line, lineCharts, type Panel } from '../../charts/line-chart.js';
import { COLOURS, LINES } from '../../charts/svg.js';
import type { StepReport } from '../../models/types.js';

/** Numbers of a report that are drawn, by panel and line. */
interface Curves {
  readonly losses: Map<string, Curve>;
  readonly accuracy: Map<string, Curve>;
  readonly told: Map<string, Curve>;
  readonly change: Map<string, Curve>;
  /** One panel for each measure of the recipe's own: they have different units. */
  readonly measures: Map<string, Map<string, Curve>>;
}

/** A panel for each of more measures than this would be too small a part of too large a picture. */
const MOST_MEASURES = 8;
const CHANCE = 0.5;
const FULL = [0, 1] as const;

/** The curves of a run, gathered from its reports. */
export class RunCurves {
  private readonly curves: Curves = {
    losses: new Map(),
    accuracy: new Map(),
    told: new Map(),
    change: new Map(),
    measures: new Map(),
  };
  private last = 0;

  add(report: StepReport): void {
    const { step, losses, accuracy, change, heldOut } = report;
    const { curves } = this;
    this.last = step;
    const put = (lines: Map<string, Curve>, name: string, value: number | null | undefined) => {
      if (value === undefined) return;
      const curve = lines.get(name) ?? new Curve();
      lines.set(name, curve);
      curve.add(step, value);
    };
    for (const [name, value] of Object.entries(losses ?? {})) put(curves.losses, name, value);
    put(curves.accuracy, 'on real', accuracy?.real);
    put(curves.accuracy, 'on made', accuracy?.refined);
    put(curves.told, 'made', heldOut?.twoSample?.refined);
    put(curves.told, 'raw', heldOut?.twoSample?.synthetic);
    put(curves.change, 'in training', change);
    put(curves.change, 'held out', heldOut?.change);
    for (const [measures, line] of [
      [report.measures, 'in training'],
      [heldOut?.measures, 'held out'],
    ] as const) {
      for (const [name, value] of Object.entries(measures ?? {})) {
        const lines = curves.measures.get(name) ?? new Map<string, Curve>();
        curves.measures.set(name, lines);
        put(lines, line, value);
      }
    }
  }

  /** The last step that was added; 0 where there was none. */
  get step(): number {
    return this.last;
  }

  /** The chart as SVG: losses, accuracy, and what else the run measured. */
  svg(title: string): string {
    const { losses, accuracy, told, change, measures } = this.curves;
    const panels: Panel[] = [
      { title: 'Losses', lines: linesOf(losses) },
      { title: 'Discriminator accuracy (0.5: chance)', lines: linesOf(accuracy), range: FULL, mark: CHANCE },
      {
        title: 'Told from real by an independent classifier (held out)',
        lines: linesOf(told),
        range: [0.3, 1],
        mark: CHANCE,
      },
      { title: 'Mean change of a picture', lines: linesOf(change) },
      ...[...measures].slice(0, MOST_MEASURES).map(([name, lines]): Panel => ({ title: name, lines: linesOf(lines) })),
    ];
    return lineCharts(
      panels.filter(({ lines }, i) => i < 2 || lines.length > 0),
      title,
    );
  }
}

const OWN: Readonly<Record<string, string>> = {
  'on real': COLOURS.real,
  'on made': COLOURS.refined,
  made: COLOURS.refined,
  raw: COLOURS.raw,
};

function linesOf(curves: ReadonlyMap<string, Curve>): Line[] {
  return [...curves]
    .map(([label, curve], i) => ({
      label,
      colour: OWN[label] ?? (LINES[i % LINES.length] as string),
      points: curve.points,
    }))
    .filter(({ points }) => points.length > 0);
}
