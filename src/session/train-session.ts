/** Training without serving: read the crops of both inputs, then learn from them until told to end. */

import { filter, firstValueFrom, type Observable, ReplaySubject, Subject, type Subscription, take } from 'rxjs';
import { type InputName, Material } from '../data/training-data.js';
import { IrisflowError, messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import type { Crop } from '../frame.js';
import { cropsOf, prepared } from '../inputs/crops-of.js';
import { type EyeSpan, eyeSpanOf, settleSpan, spanMatters } from '../inputs/eye-span.js';
import { type Input, nothingIn } from '../inputs/input.js';
import { labelsOf, materialOf, openInputs } from '../inputs/open-inputs.js';
import { lastingInputs } from '../inputs/remembered-inputs.js';
import type { RunInputs } from '../inputs/run-inputs.js';
import { stepsOf } from '../models/registry.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type { Recipe, StepReport } from '../models/types.js';
import { resolveOptions } from '../options/check.js';
import type { Resolved } from '../options/option.js';
import { reportAtEnd } from '../runs/report-run.js';
import { RunFolder } from '../runs/run-folder.js';
import { LiveLane } from '../workers/inference-worker.js';
import { Trainer } from '../workers/trainer.js';
import { Learning } from './learning.js';
import { type TrainingSessionOptions, trainingOptions } from './options.js';
import { setUpRun } from './run-setup.js';
import type { ReadingProgress, SessionAbout, SessionEvent, TrainSession } from './types.js';

/** Memory for the crops of an input: 2048 of 64×64. Of a file they are its first, in order, so that a run is a function of its inputs. */
const POOL_BYTES = 2048 * 64 * 64 * 3;
/** Fewer large crops than this teach too little; more small ones than this are read for nothing. */
const [LEAST_CROPS, MOST_CROPS] = [512, 16_384];
/** A camera needs to have brought this many before training begins; it goes on bringing more. */
const FIRST_CROPS = 64;

/**
 * Opens both inputs, the detection lane and the trainer, and starts to read. Rejects with `USAGE`, `INPUT` or `CHECKPOINT` where
 * something given is wrong. Files are read once, before the first step; cameras and addresses go on bringing crops.
 */
export async function openTraining(given: TrainingSessionOptions = {}): Promise<TrainSession> {
  const options = resolveOptions('openTraining', trainingOptions, given);
  const { path, config, recipe, inputs } = await setUpRun(options);
  const { engine, checkpointEvery, keep, keepEvery } = options;
  const events = new ReplaySubject<SessionEvent>(20);
  const tell = (message: string) => events.next({ message });
  const opening = { live: false, loop: false, crop: inputs.crop, config, tell };
  const opened = await openInputs(inputs, opening);
  const disposables = new Disposables();
  try {
    const folder = RunFolder.open(path);
    disposables.add(() => folder.close());
    const lane = await LiveLane.open({ engine });
    disposables.add(() => lane.close());
    const onSaveFailure = (error: unknown) => tell(messageOf(error));
    const trainer = await Trainer.open(
      { engine, config, folder: path, checkpointEvery, keep, keepEvery, niceness: 0, onSaveFailure },
      () => undefined,
    );
    disposables.add(() => trainer.close());
    // A run that could not be opened leaves no config behind.
    const write = (read: RunInputs) => folder.writeConfig({ config, ...lastingInputs(read) });
    write(inputs);
    folder.metrics.rewind(trainer.step);
    const span = eyeSpanOf(trainer.step, inputs, spanMatters(recipe, opened.synthetic), write);
    const { real } = opened;
    const synthetic = opened.synthetic && { ...opened.synthetic, eyeSpan: () => span.current };
    return new RunningTraining(options, { recipe, synthetic, real, span, folder, lane, trainer, events, disposables });
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
}

interface Parts {
  readonly recipe: Recipe;
  /** In recipes that learn from two inputs. */
  readonly synthetic?: Input | undefined;
  readonly real: Input;
  readonly span: EyeSpan;
  readonly folder: RunFolder;
  readonly lane: LiveLane;
  readonly trainer: Trainer;
  readonly events: ReplaySubject<SessionEvent>;
  readonly disposables: Disposables;
}

class RunningTraining implements TrainSession {
  readonly about: SessionAbout;
  readonly reports = new Subject<StepReport>();
  readonly reading = new Subject<ReadingProgress>();
  readonly learningState = new ReplaySubject<LearningState>(1);
  private readonly running: Subscription[] = [];
  /** Crops of cameras, as they come. */
  private readonly came = new Subject<InputName>();
  /** There is none while inputs are still being read. */
  private learning: Learning | undefined;
  private ended = false;
  private readonly completion: Completion;

  constructor(
    private readonly options: Resolved<typeof trainingOptions>,
    private readonly parts: Parts,
  ) {
    const { recipe, folder, trainer, events, disposables } = parts;
    this.about = {
      recipe: recipe.name,
      ...labelsOf(parts),
      run: folder.path,
      engine: trainer.description,
      resumed: trainer.resumed,
      step: trainer.step,
    };
    this.completion = new Completion(async () => {
      this.ended = true;
      await this.learning?.stop();
      for (const subscription of this.running) subscription.unsubscribe();
      try {
        await disposables.dispose();
        if (trainer.step > this.about.step) await reportAtEnd(folder.path, (message) => this.tell(message));
      } finally {
        for (const subject of [this.reports, events, this.reading, this.learningState]) subject.complete();
      }
    });
    this.completion.limit(options.duration);
    // One input after the other: both share one lane, and the order of what is read stays what it is.
    this.start().catch((error) => this.completion.fail(error));
  }

  get events(): Observable<SessionEvent> {
    return this.parts.events;
  }

  get steps(): number | undefined {
    const { steps, duration } = this.options;
    const { recipe, trainer } = this.parts;
    return steps ?? (duration ? undefined : stepsOf(recipe, trainer.config));
  }

  get step(): number {
    return this.parts.trainer.step;
  }

  /** Crops kept of each input. */
  private get poolSize(): number {
    const { width, height } = this.parts.trainer.config;
    return Math.max(LEAST_CROPS, Math.min(MOST_CROPS, Math.floor(POOL_BYTES / (width * height * 3))));
  }

  get done(): Promise<void> {
    return this.completion.done;
  }

  stop(): Promise<void> {
    return this.completion.finish();
  }

  private async start(): Promise<void> {
    const { recipe, trainer, folder, synthetic, real } = this.parts;
    const material = new Material({ capacity: this.poolSize, ...materialOf(recipe, trainer.config, real) });
    if (synthetic) await this.read('synthetic', synthetic, material);
    await this.read('real', real, material);
    if (synthetic) await this.settleSpan(synthetic, material);
    if (this.ended) return;
    this.learning = new Learning(trainer, folder, {
      steps: this.steps,
      holds: recipe.holds,
      draw: (step) => material.draw(step, trainer.requires),
      tell: (message) => this.tell(message),
      onEnd: (error) => void (error === undefined ? this.completion.finish() : this.completion.fail(error)),
    });
    this.running.push(
      this.learning.state.subscribe((state) => this.learningState.next(state)),
      this.learning.reports.subscribe({
        next: (report) => this.reports.next(report),
        error: () => undefined, // Told by onEnd.
      }),
    );
  }

  /** Cuts the synthetic eyes anew where their irises ask for it. */
  private async settleSpan(synthetic: Input, material: Material): Promise<void> {
    const { span } = this.parts;
    if (this.ended || span.decided) return;
    const anew = await settleSpan(span, material, (message) => this.tell(message));
    if (!anew || this.ended) return;
    await (synthetic.endless ? this.enough('synthetic', material) : this.read('synthetic', synthetic, material));
  }

  /** Reads an input: a file until there is enough or it ends, a camera until training can begin; that goes on bringing crops. */
  private read(name: InputName, input: Input, material: Material): Promise<void> {
    const onFailure = (error: unknown) => this.tell(`finding faces in the ${name} input: ${messageOf(error)}`);
    const { trainer, lane } = this.parts;
    const crops = input.frames.pipe(cropsOf(input, lane, trainer.config, onFailure), prepared(input));
    return input.endless
      ? this.follow(name, crops, material)
      : this.collect(name, crops.pipe(take(this.poolSize)), material).then((count) => {
          if (count === 0) throw new IrisflowError('INPUT', nothingIn(name, input, 'nothing to learn from'));
        });
  }

  private async collect(name: InputName, crops: Observable<Crop>, material: Material): Promise<number> {
    const all: Crop[] = [];
    await new Promise<void>((resolve, reject) => {
      const next = (crop: Crop) => {
        all.push(crop);
        this.reading.next({ input: name, crops: all.length, wanted: this.poolSize });
      };
      this.running.push(crops.subscribe({ next, error: reject, complete: resolve }));
    });
    material[name].addAll(all);
    return all.length;
  }

  private follow(name: InputName, crops: Observable<Crop>, material: Material): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (crop: Crop) => {
        material[name].add(crop);
        const { size } = material[name].learn;
        if (size <= FIRST_CROPS) this.reading.next({ input: name, crops: size, wanted: FIRST_CROPS });
        this.came.next(name);
      };
      const error = (cause: unknown) => {
        reject(cause);
        void this.completion.fail(cause);
      };
      void this.enough(name, material).then(resolve);
      this.running.push(crops.subscribe({ next, error }));
    });
  }

  /** Resolves when the next crop of a camera makes enough to begin. */
  private async enough(name: InputName, material: Material): Promise<void> {
    const full = () => material[name].learn.size >= FIRST_CROPS;
    await firstValueFrom(this.came.pipe(filter((input) => input === name && full())));
  }

  private tell(message: string): void {
    this.parts.events.next({ message });
  }
}
