/** What a run has become, as two pictures made of its own metrics and grids. */
import { join } from 'node:path';
import sharp from 'sharp';
import { IrisflowError, messageOf } from '../errors.js';
import { checkRun } from './checkpoint-list.js';
import { MetricsFile } from './metrics-file.js';
import { RunCurves } from './progress/losses-chart.js';
import { FINE, progressGif, QUICK } from './progress/progress-gif.js';
import { RunFolder } from './run-folder.js';
import { gridsOf } from './sample-grids/grid-files.js';
import { writeAdvice, writeWhole } from './whole-file.js';

/** The files that {@link reportRun} made. */
export interface RunReport {
  /** The last step of the metrics. */
  readonly step: number;
  /** `losses.png`: losses, the discriminator's accuracy, and what else the run measured, over its steps. */
  readonly losses: string;
  /** `progress.gif`: the same inputs or noise over training; `null` where the run has no grids of pictures. */
  readonly progress: string | null;
}

/**
 * Makes `losses.png` and `progress.gif` in a run's folder of its `metrics.jsonl` and `samples`, also while it trains. Rejects with
 * `INPUT` where there is no such folder or it has no metrics, with `SINK` where the files cannot be written.
 *
 * @example
 * ```ts
 * import { reportRun } from 'irisflow';
 *
 * const { step, losses, progress } = await reportRun('runs/mine');
 * console.log(step, losses, progress);
 * ```
 */
export async function reportRun(run: string): Promise<RunReport> {
  await checkRun(run);
  return made(run, FINE);
}

async function made(run: string, pixels: number): Promise<RunReport> {
  const curves = new RunCurves();
  for await (const report of new MetricsFile(join(run, 'metrics.jsonl')).sampled()) curves.add(report);
  if (curves.step === 0) {
    throw new IrisflowError('INPUT', `${run} has no metrics to report: no step was made in it yet`);
  }
  const losses = join(run, 'losses.png');
  await written(
    losses,
    await sharp(Buffer.from(curves.svg(titleOf(run, curves.step))))
      .png()
      .toBuffer(),
  );
  const gif = await progressGif(await gridsOf(run), pixels);
  const progress = join(run, 'progress.gif');
  if (gif) await written(progress, gif);
  return { step: curves.step, losses, progress: gif ? progress : null };
}

/**
 * Reports a run at the end of its session, in about a second: the GIF is smaller than that of {@link reportRun} where there are many or
 * large grids. What goes wrong is told and ends nothing: everything that matters is saved by then.
 */
export async function reportAtEnd(run: string, tell: (message: string) => void): Promise<void> {
  await made(run, QUICK).catch((error) => tell(`the run's report was not made: ${messageOf(error)}`));
}

function titleOf(run: string, step: number): string {
  const { recipe, preset, width, height } = RunFolder.readConfig(run)?.config ?? {};
  const what = recipe === undefined ? [] : [`${recipe} ${preset}`, `${width}×${height}`];
  return [...what, `${step.toLocaleString('en')} steps`].join(' · ');
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeWhole(path, bytes);
  } catch (cause) {
    throw new IrisflowError('SINK', `could not write ${path}: ${messageOf(cause)}; ${writeAdvice(cause)}.`, { cause });
  }
}
