/**
 * The running whole of live refinement:
 *
 *     synthetic ─┬─ detect ─ crop ─┬─ refine ─ paste ─ WebSocket, MJPEG
 *                │                 └─ pool ─┐   ▲ weights, swapped between two frames
 *                └─ WebSocket               ├─ batch ─ train ─ metrics, checkpoints
 *     real ──────┬─ detect ─ crop ─── pool ─┘
 *                └─ WebSocket
 */

import { type Observable, ReplaySubject, type Subscription, share } from 'rxjs';
import { type InputName, Material } from '../data/training-data.js';
import { messageOf } from '../errors.js';
import { Completion } from '../flow/completion.js';
import { Disposables } from '../flow/disposables.js';
import type { CroppedFrame } from '../frame.js';
import { classesIn } from '../inputs/classes-of.js';
import { type EyeSpan, eyeSpanOf, settleSpan, spanMatters } from '../inputs/eye-span.js';
import type { Input } from '../inputs/input.js';
import { labelsOf, materialOf, openInputs } from '../inputs/open-inputs.js';
import { lastingInputs } from '../inputs/remembered-inputs.js';
import type { RunInputs } from '../inputs/run-inputs.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type { Recipe, StepReport } from '../models/types.js';
import { resolveOptions } from '../options/check.js';
import type { Resolved } from '../options/option.js';
import { ReportHistory } from '../runs/report-history.js';
import { reportAtEnd } from '../runs/report-run.js';
import { RunFolder } from '../runs/run-folder.js';
import { type FrameServer, openFrameServer } from '../streams/server/frame-server.js';
import { toWebSocket } from '../streams/to-websocket.js';
import { pageFolder } from '../viewer/page-folder.js';
import { LiveLane } from '../workers/inference-worker.js';
import { Trainer } from '../workers/trainer.js';
import { Learning } from './learning.js';
import { learntPath, refinedPath } from './live-paths.js';
import { type LiveSessionOptions, liveOptions } from './options.js';
import { setUpRun } from './run-setup.js';
import { samples } from './samples.js';
import { StatusBoard } from './status.js';
import type { LiveSession, SessionAbout, SessionEvent, SessionStatus } from './types.js';

/** Crops of each input that training draws from: the latest half minute or so. */
const POOL_SIZE = 512;
/** Training begins when both pools hold this many, so that the first batches are not all of one instant. */
const FIRST_CROPS = 32;

/** How often the size of irises is looked at before training begins, where too few are clear, and how many frames lie between. */
const [SPAN_LOOKS, SPAN_FRAMES] = [6, 40];

/** An input whose picture has not changed for this long is worth a word. */
const STILL_MS = 10_000;

/** How long a message keeps from being repeated. */
const REPEAT_MS = 10_000;

const LIVE_STREAMS = ['synthetic', 'refined', 'real', 'synthetic-crops', 'refined-crops', 'real-crops'];
/** Of a recipe that makes pictures of noise. */
const SAMPLE_STREAMS = ['real', 'samples', 'real-crops'];

/**
 * Opens both inputs, the lanes and the server, and starts. Rejects with `USAGE`, `INPUT` or `CHECKPOINT` where something given
 * is wrong, before anything runs. A failure in the middle of a stream is told in `events`; only the end of an input that cannot
 * come back ends the session.
 */
export async function openLiveSession(given: LiveSessionOptions = {}): Promise<LiveSession> {
  const options = resolveOptions('openLiveSession', liveOptions, given);
  const { path, config, recipe, inputs } = await setUpRun(options);
  const fromNoise = recipe.createSampler !== undefined;
  const disposables = new Disposables();
  try {
    const events = new ReplaySubject<SessionEvent>(20);
    const tell = (message: string) => events.next({ message });
    const board = new StatusBoard();
    const history = new ReportHistory();
    const { host, port, loop } = options;
    const server = await openFrameServer({
      host,
      port,
      streams: fromNoise ? SAMPLE_STREAMS : LIVE_STREAMS,
      page: pageFolder(),
      status: () => board.status(),
      history: () => ({ reports: history.reports }),
    });
    disposables.add(() => server.close());
    const opening = { live: true, loop, crop: inputs.crop, config, server, tell };
    const opened = await openInputs(inputs, opening);
    const { real, synthetic: refined } = fromNoise || opened.synthetic ? opened : refiningItself(opened.real);

    const folder = RunFolder.open(path);
    disposables.add(() => folder.close());
    const lane = await LiveLane.open({ engine: options.engine, threads: 1 });
    disposables.add(() => lane.close());
    const load = { config, version: 0 };
    const noiseSize = fromNoise ? await lane.loadSampler(load) : await lane.loadRefiner(load).then(() => 0);

    const { engine, checkpointEvery, keep, keepEvery } = options;
    const onSaveFailure = (error: unknown) => tell(messageOf(error));
    const trainer = await Trainer.open(
      { engine, config, folder: path, checkpointEvery, keep, keepEvery, threads: 1, onSaveFailure },
      ({ weights, version }) =>
        lane.swap(weights, version).catch((error) => tell(`new weights refused: ${messageOf(error)}`)),
    );
    disposables.add(() => trainer.close());
    // A run that could not be opened leaves no config behind.
    const write = (read: RunInputs) => folder.writeConfig({ config, ...lastingInputs(read) });
    write(inputs);
    folder.metrics.rewind(trainer.step);
    const span = eyeSpanOf(trainer.step, inputs, spanMatters(recipe, refined), (read) => {
      try {
        write(read);
      } catch (error) {
        tell(messageOf(error));
      }
    });
    const synthetic = refined && { ...refined, eyeSpan: () => span.current };
    for await (const report of folder.metrics.reports()) history.add(report);

    board.attach({
      server,
      trainer,
      engine: trainer.description,
      recipe: recipe.name,
      refines: recipe.refines?.(config) ?? 'synthetic',
    });
    return new RunningLiveSession(options, {
      recipe,
      server,
      synthetic,
      real,
      span,
      noiseSize,
      folder,
      lane,
      trainer,
      board,
      history,
      events,
      disposables,
    });
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
}

/** Where nothing else is to be refined, what is learnt from is: one input for both paths. */
function refiningItself(real: Input): { readonly real: Input; readonly synthetic: Input } {
  const shared = { ...real, frames: real.frames.pipe(share()) };
  return { real: shared, synthetic: shared };
}

interface Parts {
  readonly recipe: Recipe;
  readonly server: FrameServer;
  /** What is refined; absent where pictures are made of noise. */
  readonly synthetic: Input | undefined;
  readonly real: Input;
  readonly span: EyeSpan;
  readonly noiseSize: number;
  readonly folder: RunFolder;
  readonly lane: LiveLane;
  readonly trainer: Trainer;
  readonly board: StatusBoard;
  readonly history: ReportHistory;
  readonly events: ReplaySubject<SessionEvent>;
  readonly disposables: Disposables;
}

class RunningLiveSession implements LiveSession {
  readonly about: SessionAbout;
  private readonly running: Subscription[] = [];
  private readonly learning: Learning;
  private readonly told = new Map<string, number>();
  private readonly completion: Completion;

  constructor(
    private readonly options: Resolved<typeof liveOptions>,
    private readonly parts: Parts,
  ) {
    const { recipe, synthetic, real, folder, trainer } = parts;
    this.about = {
      recipe: recipe.name,
      ...labelsOf({ synthetic, real }),
      run: folder.path,
      engine: trainer.description,
      resumed: trainer.resumed,
      step: trainer.step,
    };
    this.completion = new Completion(async () => {
      await this.learning.stop();
      for (const subscription of this.running) subscription.unsubscribe();
      try {
        await parts.disposables.dispose();
        if (trainer.step > this.about.step) await reportAtEnd(folder.path, (message) => this.tell(message));
      } finally {
        parts.events.complete();
      }
    });
    this.learning = this.learn();
    this.completion.limit(options.duration);
  }

  get url(): string {
    return this.parts.server.url;
  }

  get events(): Observable<SessionEvent> {
    return this.parts.events;
  }

  get reports(): Observable<StepReport> {
    return this.learning.reports;
  }

  get learningState(): Observable<LearningState> {
    return this.learning.state;
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

  private learn(): Learning {
    const { steps } = this.options;
    const { recipe, trainer, folder, history, board } = this.parts;
    const material = new Material({ capacity: POOL_SIZE, ...materialOf(recipe, trainer.config, this.parts.real) });
    const filled = this.play(material);
    const learning = new Learning(trainer, folder, {
      steps,
      holds: recipe.holds,
      draw: async (step) => {
        await filled;
        return material.draw(step, trainer.requires);
      },
      tell: (message) => this.tell(message),
      onEnd: (error) => void (error === undefined ? this.completion.finish() : this.completion.fail(error)),
    });
    const shown = learning.reports.subscribe({
      next: (report) => {
        history.add(report);
        board.report(report, learning.judged);
      },
      error: () => undefined, // Told by onEnd.
    });
    const rewound = trainer.state.subscribe(({ status, restarts }) => {
      if (status === 'running' && restarts > 0) history.rewind(trainer.step);
    });
    this.running.push(shown, rewound);
    return learning;
  }

  /** Starts the inputs. Resolves when there are crops enough to begin. */
  private play(material: Material): Promise<void> {
    const { recipe, synthetic, real, span, noiseSize, server, lane, board } = this.parts;
    let filled: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => {
      filled = resolve;
    });
    const still = new Map<InputName, number>();
    let frames = 0;
    const tell = (message: string) => this.tell(message);
    const keep =
      (name: InputName, { prepare }: Input) =>
      (cropped: CroppedFrame) => {
        for (const crop of cropped.crops) {
          const given = prepare ? prepare(crop) : crop;
          if (given && material[name].add(given)) still.set(name, performance.now());
        }
        const changed = still.get(name) ?? performance.now();
        if (cropped.crops.length > 0 && performance.now() - changed > STILL_MS)
          this.tell(`the ${name} input has shown the same picture for ${STILL_MS / 1000} s: nothing is learnt from it`);
        if (!material.holds(FIRST_CROPS)) return;
        if (span.decided) filled();
        else if (frames++ % SPAN_FRAMES === 0) {
          // Training waits for what it decides.
          const next = frames < SPAN_LOOKS * SPAN_FRAMES;
          settleSpan(span, material, tell, next).catch((error) => tell(messageOf(error)));
        }
      };
    const { config } = this.parts.trainer;
    const fallback = recipe.keepsPicture && this.options.fallback;
    const context = { server, lane, board, size: config, fallback, tell };
    const shown = recipe.refines?.(config) ?? 'synthetic';
    const run = (name: InputName, path: Observable<unknown>) =>
      this.running.push(
        path.subscribe({
          error: (error) => {
            void this.completion.fail(error);
          },
          complete: () => {
            this.tell(`the ${name} input has ended`);
            if (name === shown || !synthetic) void this.completion.finish();
          },
        }),
      );
    if (synthetic) {
      // A recipe that learns from one input only shows the other.
      const kept = (name: InputName, input: Input) =>
        name === 'real' || recipe.learnsFrom === 'unpaired' ? keep(name, input) : () => undefined;
      const inputs = { synthetic, real };
      const other = shown === 'real' ? 'synthetic' : 'real';
      run(other, learntPath(other, inputs[other], context, kept(other, inputs[other])));
      run(shown, refinedPath(shown, inputs[shown], context, kept(shown, inputs[shown])));
    } else {
      run('real', learntPath('real', real, context, keep('real', real)));
      const grids = samples(lane, { config, noiseSize, classes: classesIn(config).length }).pipe(
        toWebSocket(server, 'samples'),
      );
      this.running.push(grids.subscribe({ error: (error) => void this.completion.fail(error) }));
    }
    return enough;
  }

  /** The same words are not said again within seconds: a failing frame is followed by others. */
  private tell(message: string): void {
    const now = performance.now();
    if (now - (this.told.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    if (this.told.size > 100) this.told.clear();
    this.told.set(message, now);
    this.parts.events.next({ message });
  }
}
