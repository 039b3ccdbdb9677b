/** The four charts of the training curves. */
import { type Columns, type Curves, measureOf, usualRange } from './curves.js';
import type { Report } from './status.js';
import uPlot from './uplot.js';

const MIN_HEIGHT = 132;
const MAX_HEIGHT = 260;
/** Height of the page without the charts, when these are side by side. */
const OTHER_HEIGHT = 668;
const COLOURS = ['#ff9e8f', '#5ad1a5', '#c3a6ff', '#f2ab5e', '#74b0ff', '#e58ac0'];
const REAL = '#74b0ff';
const REFINED = '#5ad1a5';
const SYNTHETIC = '#f2ab5e';
const MUTED = '#9ca8b7';
const GRID = '#242c37';

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly value: (report: Report) => number | undefined;
}

class Chart {
  #plot: uPlot | undefined;
  #labels = '';

  constructor(
    private readonly root: HTMLElement,
    private readonly range: (low: number, high: number, columns: Columns) => uPlot.Range.MinMax,
    /** A dashed horizontal line at a reference value. */
    private readonly mark?: number,
  ) {
    new ResizeObserver(() => this.#plot?.setSize(this.#size)).observe(root);
  }

  get #size(): { width: number; height: number } {
    const height = Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, window.innerHeight - OTHER_HEIGHT));
    return { width: this.root.clientWidth, height };
  }

  show(curves: Curves, lines: readonly Line[]): void {
    if (curves.length === 0) {
      this.#plot?.destroy();
      this.#plot = undefined;
      this.#labels = '';
      const text = document.createElement('p');
      text.textContent = 'Nothing reported yet';
      this.root.replaceChildren(text);
      return;
    }
    const data = curves.columns(lines.map(({ value }) => value)) as uPlot.AlignedData;
    const labels = lines.map(({ label }) => label).join();
    if (this.#plot && this.#labels === labels) {
      this.#plot.setData(data);
      this.#showNewest();
      return;
    }
    this.#plot?.destroy();
    this.root.replaceChildren();
    this.#labels = labels;
    this.#plot = new uPlot(this.#options(lines), data, this.root);
    this.#showNewest();
  }

  /** Shows the newest values in the legend while the pointer is not over the chart. */
  #showNewest(): void {
    const plot = this.#plot;
    if (plot && (plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
  }

  #options(lines: readonly Line[]): uPlot.Options {
    const axis = { stroke: MUTED, grid: { stroke: GRID, width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    return {
      ...this.#size,
      scales: {
        x: { time: false },
        y: { range: (plot, low, high) => this.range(low, high, plot.data.slice(1) as Columns) },
      },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, splits) => splits.map((step) => step.toLocaleString('en')) },
        { ...axis, size: 46 },
      ],
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      legend: { live: true },
      series: [
        { label: 'step', value: (_, step) => step?.toLocaleString('en') ?? '–' },
        ...lines.map(({ label, colour }) => ({
          label,
          stroke: colour,
          width: 1.5,
          points: { show: false },
          // Values that are measured only at some steps are connected.
          spanGaps: true,
          value: (_: uPlot, value: number | null) => (value === null ? '–' : value.toPrecision(3)),
        })),
      ],
      hooks: {
        drawAxes: [(plot) => this.#drawMark(plot)],
        setCursor: [() => this.#showNewest()],
      },
    };
  }

  #drawMark(plot: uPlot): void {
    if (this.mark === undefined) return;
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(this.mark, 'y', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = MUTED;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}

export class Charts {
  readonly #losses: Chart;
  readonly #accuracy: Chart;
  readonly #twoSample: Chart;
  readonly #measures: Chart;

  constructor(find: (id: string) => HTMLElement) {
    this.#losses = new Chart(find('chart-losses'), (low, high, losses) =>
      uPlot.rangeNum(...(usualRange(losses) ?? ([low, high] as const)), 0.1, true),
    );
    this.#accuracy = new Chart(find('chart-accuracy'), () => [0, 1], 0.5);
    this.#twoSample = new Chart(find('chart-two-sample'), () => [0.3, 1], 0.5);
    this.#measures = new Chart(find('chart-measures'), (_, high) => [0, high > 0 ? high * 1.1 : 1]);
  }

  show(curves: Curves): void {
    this.#losses.show(
      curves,
      curves.lossNames.map((label, at) => ({
        label,
        colour: COLOURS[at % COLOURS.length] as string,
        value: ({ losses }) => losses[label],
      })),
    );
    this.#accuracy.show(curves, [
      { label: 'on real', colour: REAL, value: ({ accuracy }) => accuracy?.real },
      { label: 'on refined', colour: REFINED, value: ({ accuracy }) => accuracy?.refined },
    ]);
    this.#twoSample.show(curves, [
      { label: 'refined', colour: REFINED, value: ({ heldOut }) => heldOut?.twoSample?.refined },
      { label: 'raw', colour: SYNTHETIC, value: ({ heldOut }) => heldOut?.twoSample?.synthetic },
    ]);
    this.#measures.show(
      curves,
      curves.measureNames.map((label, at) => ({
        label,
        colour: COLOURS[at % COLOURS.length] as string,
        value: (report) => measureOf(report, label),
      })),
    );
  }
}
