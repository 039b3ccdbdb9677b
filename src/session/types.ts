/** The public types of sessions: their description, status and events. */
import type { Observable } from 'rxjs';
import type { StageCounts } from '../flow/overflow.js';
import type { LearningState, LearningStateName } from '../models/safeguards/learning-state.js';
import type { HeldOutReport, InputKind, StepReport } from '../models/types.js';
import type { InputStatus } from './input-watch.js';
import type { CropCounts } from './waiting.js';

/** A message for the user that does not end the session. */
export interface SessionEvent {
  /** One or two sentences. */
  readonly message: string;
}

/** The description of a session. */
export interface SessionAbout {
  /** The name of the recipe. */
  readonly recipe: string;
  /** The synthetic input; absent where the recipe learns from the real input alone. */
  readonly synthetic?: string;
  /** The real input. */
  readonly real: string;
  /** The run folder. */
  readonly run: string;
  /** The training engine and why it was chosen. */
  readonly engine: string;
  /** Whether it continues an existing run. */
  readonly resumed: boolean;
  /** The step at which it started. */
  readonly step: number;
}

/** The counts of the frames of one stream. */
export interface StreamStatus extends StageCounts {
  /** Frames per second over the last seconds. */
  readonly fps: number;
}

/** The response of `GET /api/status`. */
export interface SessionStatus {
  /** Seconds since the session was opened. */
  readonly uptime: number;
  /** The training engine and why it was chosen. */
  readonly engine: string;
  /** The name of the recipe. */
  readonly recipe: string;
  /** The counts of each stream: `in` are frames of its source, `out` are encoded pictures. */
  readonly streams: Readonly<Record<string, StreamStatus>>;
  /** The state of each input. */
  readonly inputs: Readonly<Partial<Record<InputKind, InputStatus>>>;
  /** Milliseconds from the capture of a frame to the sending of its refined picture; null without viewers. */
  readonly latency: {
    /** Median, in milliseconds. */
    readonly p50: number | null;
    /** 95th percentile, in milliseconds. */
    readonly p95: number | null;
  };
  /** The state of the training. */
  readonly training: {
    /** Number of training steps, including those of earlier sessions. */
    readonly step: number;
    /** Steps per second over the last seconds. */
    readonly stepsPerSecond: number;
    /** `waiting` until the inputs have enough crops, `restarting` while the training process is restarted, else the recipe's phase. */
    readonly phase: string;
    /** What training waits for, in a sentence or two; null while steps are made. */
    readonly waiting: string | null;
    /** Crops of each input that training draws from, and how many it begins with. */
    readonly crops: CropCounts;
    /** Losses of the last step, by name. */
    readonly losses: Readonly<Record<string, number>>;
    /** Accuracy of the discriminator on patches in the last step, 0 to 1. */
    readonly accuracy: {
      /** Of real pictures. */
      readonly real: number;
      /** Of refined pictures. */
      readonly refined: number;
    };
    /** Mean |R(x) − x|; null in recipes that refine nothing. */
    readonly change: number | null;
    /** Additional measures of the recipe, by name. */
    readonly measures: Readonly<Record<string, number>>;
    /** Number of restarts of the training process. */
    readonly restarts: number;
    /** The state of learning, by name. */
    readonly state: LearningStateName;
    /** The state in words, with advice. */
    readonly message: string;
    /** Whether the state is a problem. */
    readonly trouble: boolean;
    /** The newest measurement on held-out pictures. */
    readonly heldOut: HeldOutReport | null;
    /** L2 norms of the last gradients before clipping, by update. */
    readonly gradientNorms: Readonly<Record<string, number>>;
    /** The interventions of the safeguards. */
    readonly brakes: {
      /** Number of updates that were skipped. */
      readonly skipped: number;
      /** Number of times that good weights were restored. */
      readonly rollbacks: number;
      /** The network whose updates are paused. */
      readonly paused: 'refiner' | 'discriminator' | null;
    };
  };
  /** Version of the refiner's weights. */
  readonly version: number;
  /** Number of connected viewers. */
  readonly viewers: number;
  /** Resident memory in bytes. */
  readonly memory: {
    /** Of both processes together. */
    readonly rss: number;
    /** Of this process with its threads. */
    readonly main: number;
    /** Of the training process. */
    readonly trainer: number;
  };
}

/** A running session, which trains and saves a run. */
export interface Session {
  /** The description of the session. */
  readonly about: SessionAbout;
  /** Emits a report for each training step; completes with the session. */
  readonly reports: Observable<StepReport>;
  /** Emits the current state of learning, once it is known, and then each change. */
  readonly learningState: Observable<LearningState>;
  /** Messages for the user that do not end the session. */
  readonly events: Observable<SessionEvent>;
  /** Resolves when the session ended at a limit or by {@link stop}, and rejects when it failed. Everything is saved by then. */
  readonly done: Promise<void>;
  /** Saves the run and ends the session. */
  stop(): Promise<void>;
}

/** A session that also refines and serves. See `openLiveSession`. */
export interface LiveSession extends Session {
  /** Address of the page. */
  readonly url: string;
  /** Address of the page to open: with the secret in its fragment where other machines can connect. Keep it as a password. */
  readonly link: string;
  /** The current status, which the page shows. */
  status(): SessionStatus;
}

/** The progress of reading an input before training starts. */
export interface ReadingProgress {
  /** The input that is read. */
  readonly input: 'synthetic' | 'real';
  /** Number of crops read so far. */
  readonly crops: number;
  /** Number of crops that are read before training starts. */
  readonly wanted: number;
}

/** A session that only trains. See `openTraining`. */
export interface TrainSession extends Session {
  /** Emits the progress of reading the inputs before the first step. */
  readonly reading: Observable<ReadingProgress>;
  /** Number of training steps, including those of earlier sessions. */
  readonly step: number;
  /** Number of steps after which the session ends; `undefined` where it has no such limit. */
  readonly steps: number | undefined;
}
