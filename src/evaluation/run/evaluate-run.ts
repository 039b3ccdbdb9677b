/** Evaluates the refiner of a run on other pictures than those of its training, and writes the report. */
import { join } from 'node:path';
import { type Observable, ReplaySubject, Subject } from 'rxjs';
import { openEngine } from '../../engine/open.js';
import { IrisflowError, messageOf } from '../../errors.js';
import { evenIndices } from '../../evenly.js';
import { Completion } from '../../flow/completion.js';
import { Disposables } from '../../flow/disposables.js';
import type { Crop } from '../../frame.js';
import { refinedSpan } from '../../inputs/eye-span.js';
import type { Input } from '../../inputs/input.js';
import { asTrained } from '../../inputs/prepare.js';
import type { CropChoice } from '../../inputs/run-input-options.js';
import { type Pictures, picked } from '../../measures/pictures.js';
import { MIN_PICTURES } from '../../measures/two-sample-test.js';
import { recipeOfRun, refinerMaker } from '../../models/registry.js';
import type { Checkpoint } from '../../models/types.js';
import { EYE_SPAN } from '../../operators/crop-eyes.js';
import { resolveOptions } from '../../options/check.js';
import type { Resolved } from '../../options/option.js';
import { keepBest } from '../../runs/best-version.js';
import { loadCheckpoint } from '../../runs/checkpoint.js';
import { RunFolder } from '../../runs/run-folder.js';
import { bestFile } from '../../runs/versions.js';
import { writeAdvice, writeWhole } from '../../runs/whole-file.js';
import { InferenceWorker } from '../../workers/inference-worker.js';
import { type Evaluation, type EvaluationPhase, evaluatePictures } from '../evaluate.js';
import { type EvaluationReport, reportOf } from '../report/report.js';
import { reportPage, type Strip } from '../report/report-page.js';
import { type EvaluateRunOptions, evaluateOptions } from './evaluate-options.js';
import { readMilestones } from './milestones.js';
import { openCropInput, readCrops } from './read-crops.js';
import { refinePictures } from './refine-pictures.js';
import { sameInput } from './same-input.js';

/** Progress of an evaluation. */
export interface EvaluationProgress {
  /** The current phase. */
  readonly phase: 'reading synthetic' | 'reading real' | 'refining' | EvaluationPhase | 'report';
  /** Finished share of the phase, 0 to 1. */
  readonly share: number;
  /** Approximate finished share of the whole evaluation, 0 to 1. */
  readonly total: number;
}

/** A running evaluation. */
export interface EvaluationWork {
  /** The progress; completes when the work ends. */
  readonly progress: Observable<EvaluationProgress>;
  /** Messages for the user that do not end the work. */
  readonly events: Observable<{
    /** One or two sentences. */
    readonly message: string;
  }>;
  /** Resolves when the report is written or it was stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Stops without a new report; an existing one is kept. */
  stop(): Promise<void>;
  /** The report, once it is written. */
  report(): EvaluationReport | undefined;
  /** The files that are written. */
  readonly files: {
    /** The report as JSON. */
    readonly json: string;
    /** The report as a page with pictures. */
    readonly html: string;
  };
}

/** Approximate share of each phase in the whole time. */
const PHASES: Readonly<Record<EvaluationProgress['phase'], number>> = {
  'reading synthetic': 0.06,
  'reading real': 0.12,
  refining: 0.06,
  labels: 0.03,
  features: 0.03,
  patches: 0.3,
  'whole pictures': 0.38,
  report: 0.02,
};
/** Rows of the transition strip, and its number of refiners of earlier steps. */
const STRIP_ROWS = 4;
const STRIP_STEPS = 8;

/**
 * Evaluates the refiner of a run's checkpoint: reads crops of both inputs, refines the synthetic ones, measures, and writes
 * `RUN/evaluation/report.html` and `report.json`. The version with the lowest score is kept as `RUN/checkpoints/best.irf`. For held-out
 * figures give inputs that the run was not trained on; the report says where it was. The built-in renderer shows other people here than
 * in training.
 *
 * Networks run on the calling thread, which is blocked for a few milliseconds at a time. The run may be trained at the same time.
 *
 * Rejects with `USAGE`, `INPUT` or `CHECKPOINT` before any input is read where an option, an input or the run is wrong.
 *
 * @example
 * import { evaluateRun } from 'irisflow';
 *
 * const work = await evaluateRun({ run: 'runs/mine', synthetic: 'renderer', real: 'face.mp4' });
 * work.progress.subscribe(({ phase, total }) => console.log(phase, total));
 * await work.done;
 * console.log(work.report()?.verdict.words);
 */
export async function evaluateRun(given: EvaluateRunOptions): Promise<EvaluationWork> {
  const options = resolveOptions('evaluateRun', evaluateOptions, given);
  const { count } = options;
  const checkpoint = await loadCheckpoint(options.run);
  if (!checkpoint) {
    const { run } = options;
    throw new IrisflowError('INPUT', `there is no checkpoint in ${run}: train one with irisflow train --run ${run}`);
  }
  const events = new ReplaySubject<{ readonly message: string }>(20);
  const tell = (message: string) => events.next({ message });
  const trained = RunFolder.readConfig(options.run);
  const crop = options.crop ?? trained?.crop ?? 'eyes';
  const opening = { crop, config: checkpoint.config, count, tell };
  const recipe = await recipeOfRun(checkpoint.config.recipe, options.recipe);
  // This error is thrown before the inputs are read.
  refinerMaker(recipe);
  if (recipe.refines?.(checkpoint.config) === 'real') {
    const message = `the run ${options.run} refines the real input, but an evaluation measures refined synthetic pictures: first continue the run for a step with --set direction=to-real`;
    throw new IrisflowError('USAGE', message);
  }
  const eyeSpan = refinedSpan(recipe, checkpoint.config, trained?.eyeSpan);
  const synthetic = { ...(await openCropInput(options.synthetic, opening)), eyeSpan };
  const real = await openCropInput(options.real, opening);
  return new RunningEvaluation(
    { ...options, ...opening, given: asTrained(trained?.pairs) },
    checkpoint,
    { synthetic, real },
    events,
  );
}

interface ResolvedOptions extends Omit<Resolved<typeof evaluateOptions>, 'crop'> {
  readonly crop: CropChoice;
  /** Converts a crop to the generator's input. */
  readonly given: (crop: Crop) => Crop;
}

class RunningEvaluation implements EvaluationWork {
  readonly progress = new Subject<EvaluationProgress>();
  readonly files: EvaluationWork['files'];
  private readonly stopping = new AbortController();
  private readonly disposables = new Disposables();
  private readonly completion: Completion;
  private result: EvaluationReport | undefined;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly checkpoint: Checkpoint,
    private readonly inputs: { readonly synthetic: Input; readonly real: Input },
    readonly events: ReplaySubject<{ readonly message: string }>,
  ) {
    const folder = join(options.run, 'evaluation');
    this.files = { json: join(folder, 'report.json'), html: join(folder, 'report.html') };
    const work = this.work();
    this.completion = new Completion(async () => {
      this.stopping.abort();
      // Errors are handled below; this only waits for the end.
      await work.catch(() => undefined);
      await this.disposables.dispose();
      this.progress.complete();
      events.complete();
    });
    work.then(
      () => this.completion.finish(),
      (error) => (this.stopping.signal.aborted ? this.completion.finish() : this.completion.fail(error)),
    );
  }

  get done(): Promise<void> {
    return this.completion.done;
  }

  stop(): Promise<void> {
    return this.completion.finish();
  }

  report(): EvaluationReport | undefined {
    return this.result;
  }

  private async work(): Promise<void> {
    const started = performance.now();
    const { signal } = this.stopping;
    const { engine: engineName, run, seed, folds } = this.options;
    const { checkpoint } = this;
    const worker = await InferenceWorker.open({ engine: engineName });
    const { synthetic, real } = await this.read(worker).finally(() => worker.close());
    signal.throwIfAborted();

    const engine = await openEngine(engineName);
    this.disposables.add(() => engine.dispose());
    const refine = (from: Checkpoint, pictures: Pictures, tell: (share: number) => void) =>
      refinePictures(engine, from, this.options.recipe, pictures, tell, signal);
    const refined = await refine(checkpoint, synthetic.pictures, (share) => this.tell('refining', share));
    const evaluation = await evaluatePictures(
      engine,
      { synthetic: synthetic.pictures, refined, real: real.pictures, truth: synthetic.truth },
      { seed, folds, signal, onProgress: (phase, share) => this.tell(phase, share) },
    );

    this.tell('report', 0);
    const stripPictures = picked(synthetic.pictures, evenIndices(synthetic.pictures.count, STRIP_ROWS, 'middles'));
    const strip: Strip[] = [{ label: 'synthetic', pictures: stripPictures }];
    const earlier = await readMilestones(run, checkpoint.step, STRIP_STEPS, (message) => this.events.next({ message }));
    for (const each of [...earlier, checkpoint]) {
      strip.push({ label: `step ${each.step}`, pictures: await refine(each, stripPictures, () => undefined) });
    }
    const report = await this.reportOf(
      evaluation,
      { synthetic: synthetic.pictures, real: real.pictures },
      engine.description,
      started,
    );
    const page = await reportPage(report, {
      evaluation,
      synthetic: synthetic.pictures,
      refined,
      real: real.pictures,
      strip,
    });
    signal.throwIfAborted();
    await written(this.files.html, page);
    await written(this.files.json, `${JSON.stringify(report, undefined, 2)}\n`);
    const { step } = checkpoint;
    if (await keepBest(run, { step, score: report.score, checkpoint })) {
      this.events.next({ message: `step ${step} is the best version so far: kept as ${bestFile(run)}` });
    }
    this.result = report;
    this.tell('report', 1);
  }

  /** Reads one input after the other, because both share the worker. */
  private async read(detector: InferenceWorker) {
    const { config } = this.checkpoint;
    const read = async (name: 'synthetic' | 'real') => {
      const crops = await readCrops(this.inputs[name], {
        ...this.options,
        config,
        name,
        given: name === 'synthetic' ? this.options.given : (crop) => crop,
        detector,
        signal: this.stopping.signal,
        tell: (message) => this.events.next({ message }),
        onProgress: (share) => this.tell(`reading ${name}`, share),
      });
      const { count } = crops.pictures;
      if (count < MIN_PICTURES) {
        const { label, crop } = this.inputs[name];
        const unit = crop === 'none' ? 'pictures' : crop === 'face' ? 'faces' : 'eyes';
        throw new IrisflowError(
          'INPUT',
          `the ${name} input ${label} has only ${count} ${unit}: give an input with at least ${MIN_PICTURES}, better some hundreds`,
        );
      }
      return crops;
    };
    return { synthetic: await read('synthetic'), real: await read('real') };
  }

  private async reportOf(
    evaluation: Evaluation,
    pictures: { readonly synthetic: Pictures; readonly real: Pictures },
    engine: string,
    started: number,
  ): Promise<EvaluationReport> {
    const { run, seed, crop } = this.options;
    const trained = RunFolder.readConfig(run);
    const trainedOn = {
      // A run with one input refines pictures of that input.
      synthetic: await sameInput(trained?.synthetic ?? trained?.real, this.inputs.synthetic),
      real: await sameInput(trained?.real, this.inputs.real),
    };
    const { step, version, config } = this.checkpoint;
    const input = (name: 'synthetic' | 'real') => ({
      source: this.inputs[name].label,
      count: pictures[name].count,
      ...(this.inputs[name].crop === 'eyes' && { eyeSpan: this.inputs[name].eyeSpan?.() ?? EYE_SPAN }),
      trainedOn: trainedOn[name],
    });
    const { recipe, preset, width, height } = config;
    const head = { run, step, version, recipe, preset, width, height, crop, engine, seed };
    const inputs = { synthetic: input('synthetic'), real: input('real') };
    const time = new Date().toISOString();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    return reportOf({ time, seconds, ...head, inputs }, evaluation);
  }

  private tell(phase: EvaluationProgress['phase'], share: number): void {
    let finished = 0;
    for (const [name, weight] of Object.entries(PHASES)) {
      if (name === phase) break;
      finished += weight;
    }
    const total = Math.min(1, Math.round(1000 * (finished + PHASES[phase] * share)) / 1000);
    this.progress.next({ phase, share, total });
  }
}

async function written(path: string, text: string): Promise<void> {
  try {
    await writeWhole(path, text);
  } catch (cause) {
    throw new IrisflowError('SINK', `could not write ${path}: ${messageOf(cause)}; ${writeAdvice(cause)}.`, { cause });
  }
}
