/**
 * The running whole of live refinement:
 *
 *     synthetic ─┬─ detect ─ crop ─┬─ refine ─ paste ─ WebSocket, MJPEG
 *                │                 └─ pooled ┐   ▲ versions of the weights, swapped between two frames
 *                └─ WebSocket                ├─ augmented ─ train ─ reports, metrics, checkpoints
 *     real ──────┬─ detect ─ crop ── pooled ─┘
 *                └─ WebSocket
 */
import { interval, type Observable, type Subscription, share } from 'rxjs';
import { type BatchDraw, TrainingData } from '../data/training-data.js';
import { messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import { classesIn } from '../inputs/classes-of.js';
import { type EyeSpan, eyeSpanOf, settleSpan, spanMatters } from '../inputs/eye-span.js';
import type { Input } from '../inputs/input.js';
import { labelsOf, openInputs, trainingDataOf } from '../inputs/open-inputs.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type { InputKind, StepReport } from '../models/types.js';
import { pooled } from '../operators/pooled.js';
import { resolveOptions } from '../options/check.js';
import type { Resolved } from '../options/option.js';
import { ReportHistory } from '../runs/report-history.js';
import { reportAtEnd } from '../runs/report-run.js';
import { RunFolder } from '../runs/run-folder.js';
import { type FrameServer, openFrameServer } from '../streams/server/frame-server.js';
import { toWebSocket } from '../streams/to-websocket.js';
import { pageFolder } from '../viewer/page-folder.js';
import { InputWatch, toldTo } from './input-watch.js';
import { Learning } from './learning.js';
import { croppedFrames, cropsOut, type LiveContext, learntFrames, refinedOut } from './live-chain.js';
import { Model } from './model.js';
import { Notices } from './notices.js';
import { type LiveSessionOptions, liveOptions } from './options.js';
import { remembering } from './remembering.js';
import { setUpRun } from './run-setup.js';
import { samples } from './samples.js';
import { StatusBoard } from './status.js';
import type { LiveSession, SessionAbout, SessionEvent, SessionStatus } from './types.js';
import { visibility } from './visibility.js';
import { cropCounts, type Gathered, type WaitingFor, WaitingNotices, waitingForCrops } from './waiting.js';

/** Crops of each input that training draws from: the latest half minute or so. */
const POOL_SIZE = 512;
/** Training begins when both pools hold this many, so that the first batches are not all of one instant. */
const FIRST_CROPS = 32;

/** Eyes nearer to each other than this many pixels show too little to be refined. */
const REFINED_EYE_DISTANCE = 44;
const LOOK_INTERVAL_MS = 1000;
/** A step that takes longer is told of. */
const LONG_STEP_S = 8;

/** How often the size of irises is looked at before training begins, where too few are clear, and how many frames lie between. */
const [SPAN_LOOKS, SPAN_FRAMES] = [6, 40];

const LIVE_STREAMS = ['synthetic', 'refined', 'real', 'synthetic-crops', 'refined-crops', 'real-crops'];
/** Of a recipe that makes pictures of noise. */
const SAMPLE_STREAMS = ['real', 'samples', 'real-crops'];

/**
 * Opens both inputs, the model and the server, and starts. Rejects with `USAGE`, `INPUT` or `CHECKPOINT` where something given
 * is wrong, before anything runs. A failure in the middle of a stream is told in `events`; only the end of an input that cannot
 * come back ends the session.
 */
export async function openLiveSession(given: LiveSessionOptions = {}): Promise<LiveSession> {
  const options = resolveOptions('openLiveSession', liveOptions, given);
  const { path, config, recipe, inputs } = await setUpRun(options);
  const fromNoise = recipe.createSampler !== undefined;
  const disposables = new Disposables();
  try {
    const notices = new Notices();
    const { notify } = notices;
    const board = new StatusBoard();
    const history = new ReportHistory();
    const { host, port, loop, openToAll, viewers } = options;
    const server = await openFrameServer({
      host,
      port,
      openToAll,
      maxClients: viewers,
      onFull: once(() =>
        notify(`a viewer or camera was refused: ${viewers} are connected, and --viewers allows no more`),
      ),
      streams: fromNoise ? SAMPLE_STREAMS : LIVE_STREAMS,
      page: pageFolder(),
      status: () => board.status(),
      history: () => ({ reports: history.reports }),
    });
    disposables.add(() => server.close());
    const watches = { synthetic: new InputWatch('synthetic', notify), real: new InputWatch('real', notify) };
    const visible = visibility(host, openToAll, server);
    if (visible) notify(visible);
    const opening = { live: true, loop, crop: inputs.crop, config, server, tell: notify, ...toldTo(watches) };
    const opened = await openInputs(inputs, opening);
    const { real, synthetic: refined } = fromNoise || opened.synthetic ? opened : refiningItself(opened.real);

    const { engine, checkpointEvery, keep, keepEvery } = options;
    const folder = RunFolder.open(path);
    const saving = { checkpointEvery, keep, keepEvery };
    const model = await Model.open({ recipe, config, folder, engine, threads: 1, notify, ...saving });
    disposables.add(() => model.close());
    const memory = remembering(folder, config, inputs);
    const span = eyeSpanOf(model.step, inputs, spanMatters(recipe, refined), (read) => {
      try {
        memory.note(read);
      } catch (error) {
        notify(messageOf(error));
      }
    });
    const synthetic = refined && { ...refined, eyeSpan: () => span.current };
    for await (const report of folder.metrics.reports()) history.add(report);

    board.attach({ server, model });
    const refinedEyeDistance = inputs.minEyeDistance ?? REFINED_EYE_DISTANCE;
    const parts = {
      watches,
      refinedEyeDistance,
      server,
      synthetic,
      real,
      span,
      run: path,
      model,
      memory,
      board,
      history,
      notices,
      disposables,
    };
    return new RunningLiveSession(options, parts);
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
}

/** A function that runs once, however often it is called. */
function once(run: () => void): () => void {
  let ran = false;
  return () => {
    if (!ran) run();
    ran = true;
  };
}

/** Where nothing else is to be refined, what is learnt from is: one input for both. */
function refiningItself(real: Input): { readonly real: Input; readonly synthetic: Input } {
  const shared = { ...real, frames: real.frames.pipe(share()) };
  return { real: shared, synthetic: shared };
}

interface Parts {
  readonly watches: Readonly<Record<InputKind, InputWatch>>;
  /** Faces whose eyes are nearer to each other, in pixels, are not refined. */
  readonly refinedEyeDistance: number;
  readonly server: FrameServer;
  /** What is refined; absent where pictures are made of noise. */
  readonly synthetic: Input | undefined;
  readonly real: Input;
  readonly span: EyeSpan;
  /** The run folder. */
  readonly run: string;
  readonly model: Model;
  readonly memory: ReturnType<typeof remembering>;
  readonly board: StatusBoard;
  readonly history: ReportHistory;
  readonly notices: Notices;
  readonly disposables: Disposables;
}

/** What of a session's chain is subscribed. */
interface Chain {
  readonly learning: Learning;
  /** What goes out of each input; `ends`: the session ends with it. */
  readonly outputs: readonly { readonly name: string; readonly ends: boolean; readonly output$: Observable<unknown> }[];
}

class RunningLiveSession implements LiveSession {
  readonly about: SessionAbout;
  private readonly running: Subscription[] = [];
  private readonly learning: Learning;
  private readonly completion: Completion;
  private readonly fail = (error: unknown): void => void this.completion.fail(error);
  #framesWaited = 0;
  #gathered: Gathered = {};

  constructor(
    private readonly options: Resolved<typeof liveOptions>,
    private readonly parts: Parts,
  ) {
    const { synthetic, real, run, model, notices, disposables } = parts;
    this.about = {
      recipe: model.recipe.name,
      ...labelsOf({ synthetic, real }),
      run,
      engine: model.description,
      resumed: model.resumed,
      step: model.step,
    };
    this.completion = new Completion(async () => {
      await this.learning.stop();
      for (const subscription of this.running) subscription.unsubscribe();
      try {
        await disposables.dispose();
        if (model.step > this.about.step) await reportAtEnd(run, notices.notify);
      } finally {
        notices.complete();
      }
    });
    const chain = this.chain();
    this.learning = chain.learning;
    this.start(chain);
    this.completion.limit(options.duration);
  }

  get url(): string {
    return this.parts.server.url;
  }

  get link(): string {
    return this.parts.server.link;
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

  get done(): Promise<void> {
    return this.completion.done;
  }

  status(): SessionStatus {
    return this.parts.board.status();
  }

  stop(): Promise<void> {
    return this.completion.finish();
  }

  /** Puts the chain together: the learning, and what goes out. Nothing runs before it is subscribed. */
  private chain(): Chain {
    const { synthetic, real, server, model, board, notices, watches, refinedEyeDistance } = this.parts;
    const { recipe, config } = model;
    const { notify } = notices;
    const { steps, fallback } = this.options;
    const data = new TrainingData({ capacity: POOL_SIZE, ...trainingDataOf(recipe, config) });
    const pool = { data, minimum: FIRST_CROPS, begin: () => this.mayBegin(data) };
    this.#gathered = {
      ...(recipe.learnsFrom === 'unpaired' && {
        synthetic: { watch: watches.synthetic, crops: () => data.synthetic.learn.size },
      }),
      real: { watch: watches.real, crops: () => data.real.learn.size },
    };
    const context: LiveContext = {
      server,
      model,
      board,
      watches,
      refinedEyeDistance,
      fallback: recipe.keepsPicture && fallback,
      notify,
    };
    const shown = synthetic && (recipe.refines?.(config) ?? 'synthetic');

    const real$ = croppedFrames('real', real, context, { refined: shown === 'real' });
    const learntReal$ = real$.pipe(learntFrames('real', real, data, notify));
    const alone$ = learntReal$.pipe(pooled({ ...pool, kind: recipe.learnsFrom }));
    const learning = (batches$: Observable<BatchDraw>) =>
      new Learning(model, batches$, { steps, varied: real.varied, notify });
    if (!synthetic || !shown) {
      const grids$ = samples(model, { config, noiseSize: model.noiseSize, classes: classesIn(config).length });
      return {
        learning: learning(alone$),
        outputs: [
          { name: 'real', ends: true, output$: real$.pipe(cropsOut('real', context)) },
          { name: 'samples', ends: false, output$: grids$.pipe(toWebSocket(server, 'samples')) },
        ],
      };
    }

    const synthetic$ = croppedFrames('synthetic', synthetic, context, { refined: shown === 'synthetic' });
    const learntSynthetic$ = synthetic$.pipe(learntFrames('synthetic', synthetic, data, notify));
    const unpaired = recipe.learnsFrom === 'unpaired';
    const other = shown === 'real' ? 'synthetic' : 'real';
    const inputs = { synthetic: { input: synthetic, frames: synthetic$ }, real: { input: real, frames: real$ } };
    const { input, frames } = inputs[shown];
    return {
      learning: learning(unpaired ? learntSynthetic$.pipe(pooled(learntReal$, pool)) : alone$),
      outputs: [
        { name: other, ends: false, output$: inputs[other].frames.pipe(cropsOut(other, context)) },
        { name: shown, ends: true, output$: frames.pipe(refinedOut(shown, input, context)) },
      ],
    };
  }

  private start({ learning, outputs }: Chain): void {
    const { model, memory, board, history, notices } = this.parts;
    memory.begin(learning.reports, (error) => notices.notify(messageOf(error)));
    learning.reports.subscribe({
      next: (report) => {
        history.add(report);
        board.report(report, model.learningState);
      },
      error: this.fail,
      complete: () => void this.completion.finish(),
    });
    const rewound = model.trainerState.subscribe(({ status, restarts }) => {
      if (status === 'running' && restarts > 0) history.rewind(model.step);
    });
    this.running.push(rewound, learning.start(), this.explain());
    for (const { name, ends, output$ } of outputs) {
      const complete = () => {
        notices.notify(`the ${name} input has ended`);
        if (ends) void this.completion.finish();
      };
      this.running.push(output$.subscribe({ error: this.fail, complete }));
    }
  }

  /** Tells once a second what is waited for, in the status and, where it lasts, as a notice. */
  private explain(): Subscription {
    const { board, notices, watches, synthetic } = this.parts;
    const told = new WaitingNotices(notices.notify);
    let reported = false;
    const waiting = () => this.waiting(reported);
    board.watch({
      waiting: () => waiting()?.sentence,
      crops: () => cropCounts(this.#gathered, FIRST_CROPS),
      inputs: () => ({ ...(synthetic && { synthetic: watches.synthetic.status }), real: watches.real.status }),
    });
    const subscription = this.learning.reports.subscribe(() => {
      if (!reported) this.tellOfSmallFaces();
      reported = true;
    });
    subscription.add(
      interval(LOOK_INTERVAL_MS).subscribe(() => {
        if (synthetic) watches.synthetic.check();
        watches.real.check();
        told.look(waiting());
      }),
    );
    return subscription;
  }

  private waiting(begun: boolean): WaitingFor | undefined {
    const { model, span, board } = this.parts;
    if (board.restarting)
      return { reason: 'restarting', sentence: `Training waits. The trainer is started again: ${board.restarting}.` };
    if (model.stepSeconds > LONG_STEP_S) {
      return {
        reason: 'step',
        sentence: `Step ${model.step + 1} has taken ${Math.round(model.stepSeconds)} s so far.`,
      };
    }
    if (begun) return undefined;
    const crops = waitingForCrops(this.#gathered, FIRST_CROPS);
    if (crops || span.decided) return crops;
    return { reason: 'span', sentence: 'Training waits. The sizes of the irises of both inputs are compared first.' };
  }

  private tellOfSmallFaces(): void {
    const { watches, notices, refinedEyeDistance } = this.parts;
    const { eyeDistance } = watches.real.status;
    if (eyeDistance === null || eyeDistance >= refinedEyeDistance) return;
    notices.notify(
      `the face in the real input is small: its eyes are ${Math.round(eyeDistance)} pixels apart. It is learnt from, but its crops are enlarged and blurred, and so will be what is refined. Sit nearer to the camera, or use a larger picture`,
    );
  }

  /** Whether training may begin: not before it is decided how wide synthetic eyes are cut, which forgets those that are cut otherwise. */
  private mayBegin(data: TrainingData): boolean {
    const { span, notices } = this.parts;
    if (span.decided) return true;
    if (this.#framesWaited++ % SPAN_FRAMES === 0) {
      const next = this.#framesWaited < SPAN_LOOKS * SPAN_FRAMES;
      settleSpan(span, data, notices.notify, next).catch((error) => notices.notify(messageOf(error)));
    }
    return false;
  }
}
