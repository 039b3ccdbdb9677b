/**
 * Training without serving: the crops of both inputs are read, then batches of them are learnt from.
 *
 *     synthetic ─ detect ─ crop ─┐
 *                                ├─ training data ─ drawBatches ─ augmented ─ train ─ reports, metrics, checkpoints
 *     real ────── detect ─ crop ─┘
 */
import {
  filter,
  firstValueFrom,
  interval,
  mergeMap,
  type Observable,
  Subject,
  type Subscription,
  take,
  tap,
} from 'rxjs';
import { TrainingData } from '../data/training-data.js';
import { IrisflowError, messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import type { Crop } from '../frame.js';
import { croppedOf, prepared } from '../inputs/crops-of.js';
import { type EyeSpan, eyeSpanOf, settleSpan, spanMatters } from '../inputs/eye-span.js';
import { type Input, nothingIn } from '../inputs/input.js';
import { labelsOf, openInputs, trainingDataOf } from '../inputs/open-inputs.js';
import { stepsOf } from '../models/registry.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type { InputKind, StepReport } from '../models/types.js';
import { drawBatches } from '../operators/draw-batches.js';
import { resolveOptions } from '../options/check.js';
import type { Resolved } from '../options/option.js';
import { reportAtEnd } from '../runs/report-run.js';
import { RunFolder } from '../runs/run-folder.js';
import { InputWatch, toldTo } from './input-watch.js';
import { Learning } from './learning.js';
import { Model } from './model.js';
import { Notices } from './notices.js';
import { type TrainingSessionOptions, trainingOptions } from './options.js';
import { remembering } from './remembering.js';
import { setUpRun } from './run-setup.js';
import type { ReadingProgress, SessionAbout, SessionEvent, TrainSession } from './types.js';
import { WaitingNotices, waitingForCrops } from './waiting.js';

/** Memory for the crops of an input: 2048 of 64×64. Of a file they are its first, in order, so that a run is a function of its inputs. */
const POOL_BYTES = 2048 * 64 * 64 * 3;
/** Fewer large crops than this teach too little; more small ones than this are read for nothing. */
const [LEAST_CROPS, MOST_CROPS] = [512, 16_384];
const LOOK_INTERVAL_MS = 1000;
/** A camera needs to have brought this many before training begins; it goes on bringing more. */
const FIRST_CROPS = 64;

/**
 * Opens both inputs, the detection worker and the trainer, and starts to read. Rejects with `USAGE`, `INPUT` or `CHECKPOINT` where
 * something given is wrong. Files are read once, before the first step; cameras and addresses go on bringing crops.
 */
export async function openTraining(given: TrainingSessionOptions = {}): Promise<TrainSession> {
  const options = resolveOptions('openTraining', trainingOptions, given);
  const { path, config, recipe, inputs } = await setUpRun(options);
  const { engine, checkpointEvery, keep, keepEvery } = options;
  const notices = new Notices();
  const { notify } = notices;
  const watches = { synthetic: new InputWatch('synthetic', notify), real: new InputWatch('real', notify) };
  const opening = { live: false, loop: false, crop: inputs.crop, config, tell: notify, ...toldTo(watches) };
  const opened = await openInputs(inputs, opening);
  const folder = RunFolder.open(path);
  const saving = { checkpointEvery, keep, keepEvery };
  const model = await Model.open({ recipe, config, folder, engine, niceness: 0, infers: false, notify, ...saving });
  try {
    const memory = remembering(folder, config, inputs);
    const span = eyeSpanOf(model.step, inputs, spanMatters(recipe, opened.synthetic), memory.note);
    const { real } = opened;
    const synthetic = opened.synthetic && { ...opened.synthetic, eyeSpan: () => span.current };
    return new RunningTraining(options, { watches, synthetic, real, span, run: path, model, memory, notices });
  } catch (error) {
    await model.close();
    throw error;
  }
}

interface Parts {
  readonly watches: Readonly<Record<InputKind, InputWatch>>;
  /** In recipes that learn from two inputs. */
  readonly synthetic?: Input | undefined;
  readonly real: Input;
  readonly span: EyeSpan;
  /** The run folder. */
  readonly run: string;
  readonly model: Model;
  readonly memory: ReturnType<typeof remembering>;
  readonly notices: Notices;
}

class RunningTraining implements TrainSession {
  readonly about: SessionAbout;
  readonly reading = new Subject<ReadingProgress>();
  private readonly data: TrainingData;
  private readonly learning: Learning;
  private readonly running: Subscription[] = [];
  private readonly completion: Completion;
  private ended = false;
  /** The input that is being read, how many of its crops there are, and how many are waited for. */
  private readingNow: { readonly name: InputKind; crops: number; readonly wanted: number } | undefined;

  constructor(
    private readonly options: Resolved<typeof trainingOptions>,
    private readonly parts: Parts,
  ) {
    const { real, run, model, notices } = parts;
    this.about = {
      recipe: model.recipe.name,
      ...labelsOf(parts),
      run,
      engine: model.description,
      resumed: model.resumed,
      step: model.step,
    };
    this.data = new TrainingData({ capacity: this.poolSize, ...trainingDataOf(model.recipe, model.config) });
    const learning = { steps: this.steps, varied: real.varied, notify: notices.notify };
    this.learning = new Learning(model, drawBatches(this.data), learning);
    parts.memory.begin(this.learning.reports, this.fail);
    this.learning.reports.subscribe({ error: this.fail, complete: () => void this.completion.finish() });
    this.completion = new Completion(async () => {
      this.ended = true;
      await this.learning.stop();
      for (const subscription of this.running) subscription.unsubscribe();
      try {
        await model.close();
        if (model.step > this.about.step) await reportAtEnd(run, notices.notify);
      } finally {
        this.reading.complete();
        notices.complete();
      }
    });
    this.completion.limit(options.duration);
    // One input after the other: both share one worker, and the order of what is read stays what it is.
    this.start().catch(this.fail);
    this.running.push(this.explain());
  }

  get events(): Observable<SessionEvent> {
    return this.parts.notices.events;
  }

  get reports(): Observable<StepReport> {
    return this.learning.reports;
  }

  get learningState(): Observable<LearningState> {
    return this.parts.model.state$;
  }

  get steps(): number | undefined {
    const { steps, duration } = this.options;
    const { recipe, config } = this.parts.model;
    return steps ?? (duration ? undefined : stepsOf(recipe, config));
  }

  get step(): number {
    return this.parts.model.step;
  }

  /** Crops kept of each input. */
  private get poolSize(): number {
    const { width, height } = this.parts.model.size;
    return Math.max(LEAST_CROPS, Math.min(MOST_CROPS, Math.floor(POOL_BYTES / (width * height * 3))));
  }

  get done(): Promise<void> {
    return this.completion.done;
  }

  stop(): Promise<void> {
    return this.completion.finish();
  }

  private async start(): Promise<void> {
    const { synthetic, real } = this.parts;
    if (synthetic) await this.read('synthetic', synthetic);
    await this.read('real', real);
    if (synthetic) await this.settleSpan(synthetic);
    this.readingNow = undefined;
    if (!this.ended) this.running.push(this.learning.start());
  }

  /** Tells where the first step waits for crops. */
  private explain(): Subscription {
    const { watches, notices } = this.parts;
    const told = new WaitingNotices(notices.notify);
    return interval(LOOK_INTERVAL_MS).subscribe(() => {
      if (!this.readingNow) return;
      const { name, crops, wanted } = this.readingNow;
      watches[name].check();
      told.look(waitingForCrops({ [name]: { watch: watches[name], crops: () => crops } }, wanted));
    });
  }

  /** Cuts the synthetic eyes anew where their irises ask for it. */
  private async settleSpan(synthetic: Input): Promise<void> {
    const { span, notices } = this.parts;
    if (this.ended || span.decided) return;
    const anew = await settleSpan(span, this.data, notices.notify);
    if (!anew || this.ended) return;
    await (synthetic.endless ? this.enough('synthetic') : this.read('synthetic', synthetic));
  }

  /** Reads an input: a file until there is enough or it ends, a camera until training can begin; that goes on bringing crops. */
  private read(name: InputKind, input: Input): Promise<void> {
    const { model, notices, watches } = this.parts;
    const watch = watches[name];
    this.readingNow = { name, crops: 0, wanted: input.endless ? FIRST_CROPS : 1 };
    const onFailure = (error: unknown) => notices.notify(`finding faces in the ${name} input: ${messageOf(error)}`);
    const crops = input.frames.pipe(
      tap({ next: () => watch.frame(), complete: () => watch.ended() }),
      croppedOf(input, model, model.size, onFailure),
      tap((cropped) => watch.cut(cropped, input)),
      mergeMap(({ crops }) => crops),
      prepared(input),
      tap(() => {
        if (this.readingNow?.name === name) this.readingNow.crops++;
      }),
    );
    if (input.endless) return this.follow(name, input, crops);
    return this.collect(name, crops.pipe(take(this.poolSize))).then((count) => {
      if (count === 0) throw new IrisflowError('INPUT', nothingIn(name, input, 'nothing to learn from'));
    });
  }

  private async collect(name: InputKind, crops: Observable<Crop>): Promise<number> {
    const all: Crop[] = [];
    await new Promise<void>((resolve, reject) => {
      const next = (crop: Crop) => {
        all.push(crop);
        this.reading.next({ input: name, crops: all.length, wanted: this.poolSize });
      };
      this.running.push(crops.subscribe({ next, error: reject, complete: resolve }));
    });
    this.data[name].addAll(all);
    return all.length;
  }

  /** An address may end although it could go on for ever. */
  private follow(name: InputKind, input: Input, crops: Observable<Crop>): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.enough(name).then(resolve);
      const next = (crop: Crop) => {
        this.data[name].add(crop);
        const { size } = this.data[name].learn;
        if (size <= FIRST_CROPS) this.reading.next({ input: name, crops: size, wanted: FIRST_CROPS });
      };
      const error = (cause: unknown) => {
        reject(cause);
        this.fail(cause);
      };
      const complete = () => {
        const { size } = this.data[name].learn;
        if (size === 0) return error(new IrisflowError('INPUT', nothingIn(name, input, 'nothing to learn from')));
        this.parts.notices.notify(`the ${name} input has ended; ${size} crops of it are learnt from`);
        resolve();
      };
      this.running.push(crops.subscribe({ next, error, complete }));
    });
  }

  /** Resolves when a camera has brought enough crops to begin. */
  private async enough(name: InputKind): Promise<void> {
    const full = () => this.data[name].learn.size >= FIRST_CROPS;
    await firstValueFrom(this.data.changed.pipe(filter((input) => input === name && full())));
  }

  private readonly fail = (error: unknown): void => void this.completion.fail(error);
}
