/** Collects the response of `GET /api/status`: counts, rates, latencies, training and memory. */
import { Counter } from '../flow/counter.js';
import { Rate } from '../flow/rate.js';
import type { LearningState } from '../models/safeguards/learning-state.js';
import type { HeldOutReport, StepReport } from '../models/types.js';
import type { FrameServer } from '../streams/server/frame-server.js';
import type { TrainerState } from '../workers/trainer.js';
import type { Model } from './model.js';
import type { SessionStatus, StreamStatus } from './types.js';
import type { CropCounts } from './waiting.js';

interface Attached {
  readonly server: FrameServer;
  readonly model: Model;
}

/** What is known of the inputs. */
interface Watched {
  readonly inputs: () => SessionStatus['inputs'];
  readonly waiting: () => string | undefined;
  readonly crops: () => CropCounts;
}

const NO_STEP: Partial<StepReport> & Pick<StepReport, 'losses' | 'accuracy'> = {
  losses: {},
  accuracy: { real: 0, refined: 0 },
};

export class StatusBoard {
  private readonly opened = performance.now();
  private readonly counters = new Map<string, Counter>();
  private readonly steps = new Rate();
  private lastReport: StepReport | undefined;
  private learning: LearningState | undefined;
  private heldOut: HeldOutReport | undefined;
  private attached: Attached | undefined;
  private watched: Watched | undefined;
  private state: TrainerState = { status: 'running', restarts: 0 };

  /** The counter of a stage, created at the first call. */
  counter(stage: string): Counter {
    const counter = this.counters.get(stage) ?? new Counter();
    this.counters.set(stage, counter);
    return counter;
  }

  attach(attached: Attached): void {
    this.attached = attached;
    attached.model.trainerState.subscribe((state) => {
      this.state = state;
    });
  }

  /** Why the training process is started again now; `undefined` while it runs. */
  get restarting(): string | undefined {
    return this.state.status === 'restarting' ? this.state.reason : undefined;
  }

  watch(watched: Watched): void {
    this.watched = watched;
  }

  report(report: StepReport, learning: LearningState | undefined): void {
    this.lastReport = report;
    this.learning = learning;
    if (report.heldOut) this.heldOut = report.heldOut;
    this.steps.tick();
  }

  status(): SessionStatus {
    const { server, model } = this.attached ?? {};
    const main = process.memoryUsage.rss();
    const trainer = model?.trainerMemory ?? 0;
    const {
      losses,
      accuracy,
      change,
      measures = {},
      skipped = 0,
      rollbacks = 0,
      paused = null,
      gradientNorms = {},
    } = this.lastReport ?? NO_STEP;
    const { name, message, trouble } = this.learning ?? { name: 'starting' as const, message: '', trouble: false };
    return {
      uptime: (performance.now() - this.opened) / 1000,
      engine: model?.description ?? 'starting',
      recipe: model?.recipe.name ?? '',
      streams: server ? this.streams(server) : {},
      inputs: this.watched?.inputs() ?? {},
      latency: server?.latency.refined ?? { p50: null, p95: null },
      training: {
        step: model?.step ?? 0,
        stepsPerSecond: this.steps.perSecond(),
        phase: this.state.status === 'restarting' ? 'restarting' : (this.lastReport?.phase ?? 'waiting'),
        waiting: this.watched?.waiting() ?? null,
        crops: this.watched?.crops() ?? {},
        losses,
        accuracy,
        change: change ?? null,
        measures,
        restarts: this.state.restarts,
        state: name,
        message,
        trouble,
        heldOut: this.heldOut ?? null,
        gradientNorms,
        brakes: { skipped, rollbacks, paused },
      },
      version: model?.version ?? 0,
      viewers: server?.viewers ?? 0,
      memory: { rss: main + trainer, main, trainer },
    };
  }

  /** The counts of the refined stream begin at the source, because frames that its stages dropped never reach the server. */
  private streams(server: FrameServer): Record<string, StreamStatus> {
    const streams: Record<string, StreamStatus> = {};
    for (const [name, counts] of Object.entries(server.counts)) {
      const { in: entered, out, dropped, failed, inFlight, fps } = counts;
      streams[name] = { in: entered, out, dropped, failed, inFlight, fps };
    }
    const { recipe, config } = this.attached?.model ?? {};
    const refines = (config && recipe?.refines?.(config)) ?? 'synthetic';
    const stages = [`detect-${refines}`, 'refine'].flatMap((stage) => this.counters.get(stage) ?? []);
    const { refined, [refines]: source } = streams;
    if (!refined || !source) return streams;
    const dropped = refined.dropped + stages.reduce((sum, stage) => sum + stage.dropped, 0);
    // A frame without a face or refinement is still sent, so only its encoding can fail.
    const inFlight = source.in - refined.out - dropped - refined.failed;
    streams.refined = { ...refined, in: source.in, dropped, inFlight };
    return streams;
  }
}
