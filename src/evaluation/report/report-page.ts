/** The report of an evaluation as one HTML file, including the pictures. */
import { histogramChart, intervalChart } from '../../charts/interval-chart.js';
import { escaped } from '../../charts/svg.js';
import { evenIndices } from '../../evenly.js';
import type { Pictures } from '../../measures/pictures.js';
import type { Evaluation } from '../evaluate.js';
import { percent } from '../percent.js';
import { imageOf } from './picture-html.js';
import type { EvaluationReport, Figure } from './report.js';
import { REPORT_STYLE } from './report-style.js';

/** A column of the transition strip: the same eyes at one step of training. */
export interface Strip {
  readonly label: string;
  readonly pictures: Pictures;
}

/** The evaluation and pictures that the page shows in addition to the report's figures. */
export interface ReportPictures {
  readonly evaluation: Evaluation;
  readonly synthetic: Pictures;
  readonly refined: Pictures;
  readonly real: Pictures;
  readonly strip: readonly Strip[];
}

const TRIPLES = 12;

/** The complete page, which loads no other resources. */
export async function reportPage(report: EvaluationReport, pictures: ReportPictures): Promise<string> {
  const { step, version, preset, width, height } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>irisflow: evaluation at step ${step}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>Does it learn?</h1>
<p class="soft">irisflow evaluation of <code>${escaped(report.run)}</code>: step ${step}, version ${version}, preset ${escaped(preset)}, ${width}×${height}</p>
${verdict(report)}
${notice(report)}
${tiles(report)}
<section><h2>Synthetic, refined, nearest real</h2>
<p class="soft">Eyes at even distances over the input, not selected by appearance. The nearest real picture is the one with the most similar features.</p>
${await triples(pictures)}</section>
<section><h2>From synthetic to refined</h2>
<p class="soft">The same eyes, refined at successive steps of training.</p>
${await transition(pictures.strip)}</section>
${turing(report)}
${distance(report)}
${statistics(report, pictures.evaluation)}
${labels(report)}
${about(report)}
</main>
</body>
</html>
`;
}

function verdict({ verdict: { state, words } }: EvaluationReport): string {
  const neither = ['begins to learn', 'no progress', 'nothing to learn'];
  const kind = state === 'learning' ? 'good' : neither.includes(state) ? '' : 'bad';
  return `<section class="verdict ${kind}"><strong>${escaped(state.charAt(0).toUpperCase() + state.slice(1))}</strong><p>${escaped(words)}</p></section>`;
}

function notice({ inputs }: EvaluationReport): string {
  const trainedOn = (['synthetic', 'real'] as const).filter((name) => inputs[name].trainedOn);
  if (trainedOn.length === 0) return '';
  return `<section class="notice"><b>Not held out:</b> the run was trained on the same ${trainedOn.join(' and ')} input, so some of these pictures were used in training. For figures that generalise, evaluate with another input.</section>`;
}

function tiles(report: EvaluationReport): string {
  const { turing, distance, labels, score } = report;
  const tile = (value: string, what: string, beside: string) =>
    `<div class="tile"><span>${escaped(what)}</span><b>${escaped(value)}</b><span>${escaped(beside)}</span></div>`;
  return `<div class="tiles">
${tile(percent(turing.patch.refined.value), 'accuracy, refined patches against real', `raw ${percent(turing.patch.raw.value)} · chance 50 %`)}
${tile(number(distance.refined.value, 4), 'kernel distance to real', `raw ${number(distance.raw.value, 4)} · real to real ${number(distance.real.value, 4)}`)}
${tile(labels.pupilPer55.value === null ? '–' : `${number(labels.pupilPer55.value, 2)} px`, 'pupil movement per 55 px', `${labels.pupilCount} eyes · paper 1.1 ± 0.8`)}
${tile(number(labels.similarity.value, 3), 'structural similarity kept', `mean change ${number(labels.change.value, 3)}`)}
${tile(number(score, 3), 'score, lower is better', 'compares versions of a run')}
</div>`;
}

async function triples({ synthetic, refined, real, evaluation }: ReportPictures): Promise<string> {
  const cells = await Promise.all(
    evenIndices(synthetic.count, TRIPLES, 'middles').map(async (index) => {
      const nearest = evaluation.nearest[index] as number;
      const figures = [
        ['synthetic', await imageOf(synthetic, index, `synthetic picture ${index + 1}`)],
        ['refined', await imageOf(refined, index, `refined picture ${index + 1}`)],
        ['nearest real', await imageOf(real, nearest, `real picture ${nearest + 1}`)],
      ];
      return `<div class="triple">${figures.map(([name, image]) => `<figure>${image}<figcaption>${name}</figcaption></figure>`).join('')}</div>`;
    }),
  );
  return `<div class="triples">${cells.join('\n')}</div>`;
}

async function transition(strip: readonly Strip[]): Promise<string> {
  const rows = strip[0]?.pictures.count ?? 0;
  const head = strip.map(({ label }) => `<th>${escaped(label)}</th>`).join('');
  const body = await Promise.all(
    Array.from({ length: rows }, async (_, row) => {
      const cells = await Promise.all(
        strip.map(
          async ({ label, pictures }) => `<td>${await imageOf(pictures, row, `eye ${row + 1}, ${label}`)}</td>`,
        ),
      );
      return `<tr>${cells.join('')}</tr>`;
    }),
  );
  return `<div class="scroll strip"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function turing({ turing: { patch, whole, paper } }: EvaluationReport): string {
  const row = (label: string, kind: string, { value, interval }: Figure) => ({
    label,
    kind,
    value: value ?? Number.NaN,
    interval: [interval[0] ?? Number.NaN, interval[1] ?? Number.NaN] as const,
  });
  const chart = intervalChart(
    [
      row('patches, raw', 'raw', patch.raw),
      row('patches, refined', 'refined', patch.refined),
      row('whole, raw', 'raw', whole.raw),
      row('whole, refined', 'refined', whole.refined),
    ],
    {
      low: 0.35,
      high: 1,
      marks: [
        { at: 0.5, label: 'chance' },
        { at: paper.refined, label: "paper's people, refined" },
        { at: paper.raw, label: "paper's people, raw" },
      ],
      format: percent,
      about: 'Accuracy on raw and refined pictures, with 95 % confidence intervals',
    },
  );
  return `<section><h2>Visual Turing test</h2>
<p class="soft">A new classifier is trained to distinguish them from real pictures and tested on held-out pictures (5 folds of neighbouring pictures, 95 % confidence intervals). 50 % is chance. In the paper, people were right for 162 of 200 raw and 517 of 1000 refined pictures.</p>
${chart}</section>`;
}

function distance({ distance: { raw, refined, real } }: EvaluationReport): string {
  const all = [raw, refined, real].flatMap(({ interval }) => interval.map((end) => end ?? 0));
  const row = (label: string, kind: string, { value, interval }: Figure) => ({
    label,
    kind,
    value: value ?? Number.NaN,
    interval: [interval[0] ?? Number.NaN, interval[1] ?? Number.NaN] as const,
  });
  return `<section><h2>Distance of distributions</h2>
<p class="soft">Unbiased squared maximum mean discrepancy with a cubic kernel, KID's estimator, on features of MediaPipe's iris network, which was trained on real eyes and not by irisflow. Real to real, between two halves of the real pictures, shows the value for equal distributions, which may be below 0.</p>
${intervalChart(
  [row('raw to real', 'raw', raw), row('refined to real', 'refined', refined), row('real to real', 'real', real)],
  {
    low: Math.min(0, ...all),
    high: Math.max(...all, 1e-6) * 1.05,
    marks: [{ at: 0, label: '0' }],
    format: (value) => number(value, 4),
    about: 'Kernel distances with 95 % confidence intervals',
  },
)}</section>`;
}

function statistics({ statistics: { distance } }: EvaluationReport, { statistics }: Evaluation): string {
  const kinds = [
    { kind: 'raw', of: statistics.synthetic },
    { kind: 'refined', of: statistics.refined },
    { kind: 'real', of: statistics.real },
  ];
  const colours = ['red', 'green', 'blue'].map((title, channel) =>
    histogramChart(
      kinds.map(({ kind, of }) => ({ kind, shares: of.channels[channel]?.shares ?? new Float64Array(0) })),
      { title, bins: 64, about: `Histogram of ${title}` },
    ),
  );
  const gradients = histogramChart(
    // Nearly all gradients are in the lowest quarter.
    kinds.map(({ kind, of }) => ({ kind, shares: of.gradient.shares.subarray(0, 128) })),
    { title: 'gradient magnitude', bins: 64, about: 'Histogram of gradient magnitudes, 0 to 45 levels per pixel' },
  );
  const line = (name: string, raw: number, refined: number) =>
    `<tr><th>${name}</th><td>${number(raw, 2)}</td><td>${number(refined, 2)}</td></tr>`;
  const channels = ['red', 'green', 'blue'].flatMap((name, i) => {
    const [raw, refined] = [distance.raw.channels[i], distance.refined.channels[i]];
    if (!raw || !refined) return [];
    return [
      line(`${name}: mean`, raw.mean, refined.mean),
      line(`${name}: deviation`, raw.deviation, refined.deviation),
      line(`${name}: values`, raw.values, refined.values),
    ];
  });
  return `<section><h2>Colours and gradients</h2>
<p class="key"><i>synthetic</i><i class="refined">refined</i><i class="real">real</i></p>
<div class="panels">${[...colours, gradients].join('')}</div>
<div class="scroll"><table><thead><tr><th>Distance to real, in levels of 255</th><th>raw</th><th>refined</th></tr></thead><tbody>
${line('colours (Wasserstein-1, mean of channels)', distance.raw.colour, distance.refined.colour)}
${line('gradients (Wasserstein-1)', distance.raw.gradient, distance.refined.gradient)}
</tbody></table></div>
<details><summary>By channel</summary><div class="scroll"><table><thead><tr><th></th><th>raw</th><th>refined</th></tr></thead><tbody>${channels.join('\n')}</tbody></table></div></details></section>`;
}

function labels({ labels: of }: EvaluationReport): string {
  const measured = of.pupil.value !== null;
  return `<section><h2>Labels kept</h2>
<div class="scroll"><table><tbody>
${measured ? labelLine('pupil movement', `${ranged(of.pupil, 2)} px`, `± ${number(of.pupilDeviation, 2)}, median ${number(of.pupilMedian, 2)}, in ${of.pupilCount} eyes`) : labelLine('pupil movement', 'not measured', 'no pupil was found with enough confidence before and after')}
${measured ? labelLine('per 55 px of width', `${ranged(of.pupilPer55, 2)} px`, 'the paper: 1.1 ± 0.8') : ''}
${of.pupilKept === null ? '' : labelLine('clear pupils still found', percent(of.pupilKept))}
${of.fromTruth ? labelLine('from true centres', `${number(of.fromTruth.synthetic, 2)} px synthetic, ${number(of.fromTruth.refined, 2)} px refined`, 'the source labels the true pupil centres') : ''}
${trackedLines(of.pupilTracked)}
${labelLine('structural similarity', ranged(of.similarity, 3), '1: equal structure')}
${labelLine('perceptual distance of x and R(x)', ranged(of.perceptual, 3), '0: equal features in the iris network')}
${labelLine('mean |R(x) − x|', ranged(of.change, 4), 'on pictures in [−1, 1]; near 0 the refiner changes nothing')}
${labelLine('variety', `${number(of.variety.synthetic, 1)} synthetic, ${number(of.variety.refined, 1)} refined, ${number(of.variety.real, 1)} real`, 'mean deviation of a pixel over the set, in levels')}
</tbody></table></div></section>`;
}

function labelLine(name: string, figures: string, remark = ''): string {
  return `<tr><th>${name}</th><td>${figures}</td><td class="soft">${remark}</td></tr>`;
}

function trackedLines({ pupil, per55, median, count, lost }: EvaluationReport['labels']['pupilTracked']): string {
  if (count === 0) return labelLine('pupil movement, tracked', 'not measured', `${lost} lost`);
  return `${labelLine('pupil movement, tracked', `${ranged(pupil, 2)} px`, `median ${number(median, 2)}, in ${count} eyes, ${lost} lost; each iris is registered in its refined picture, not found anew`)}
${labelLine('per 55 px of width', `${ranged(per55, 2)} px`)}`;
}

function about(report: EvaluationReport): string {
  const { inputs, engine, seconds, time, crop, seed } = report;
  const input = (name: 'synthetic' | 'real') => {
    const { source, count, eyeSpan, trainedOn } = inputs[name];
    const span = eyeSpan === undefined ? '' : `, ${eyeSpan} eye distances wide`;
    return `<tr><th>${name}</th><td><code>${escaped(source)}</code>, ${count} crops${span}${trainedOn ? ' (used in training)' : ''}</td></tr>`;
  };
  return `<section><h2>How it was measured</h2><div class="scroll"><table><tbody>
${input('synthetic')}${input('real')}
<tr><th>crop</th><td>${escaped(crop)}</td></tr>
<tr><th>engine</th><td>${escaped(engine)}</td></tr>
<tr><th>created</th><td>${escaped(time)}, in ${number(seconds, 0)} s, seed ${seed}</td></tr>
</tbody></table></div></section>`;
}

function ranged({ value, interval: [low, high] }: Figure, digits: number): string {
  return `${number(value, digits)} <span class="soft">(${number(low, digits)} – ${number(high, digits)})</span>`;
}

function number(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits).replace(/^-/, '−');
}
