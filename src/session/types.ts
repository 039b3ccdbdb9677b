/** What a session is given and what it tells while it runs. */
import type { Observable } from 'rxjs';
import type { StageCounts } from '../flow/overflow.js';
import type { LearningState, LearningStateName } from '../models/safeguards/learning-state.js';
import type { HeldOutReport, InputKind, StepReport } from '../models/types.js';
import type { InputStatus } from './input-watch.js';
import type { CropCounts } from './waiting.js';

/** Something a person should know that does not end the session. */
export interface SessionEvent {
  /** One or two sentences. */
  readonly message: string;
}

/** What a session is, for a heading. */
export interface SessionAbout {
  /** What is trained: the name of the recipe. */
  readonly recipe: string;
  /** Absent where the recipe learns from the real input alone. */
  readonly synthetic?: string;
  /** What is learnt from, for people. */
  readonly real: string;
  /** The run folder. */
  readonly run: string;
  /** The training engine and why it was chosen. */
  readonly engine: string;
  /** Whether it continued an earlier run. */
  readonly resumed: boolean;
  /** The step it started from. */
  readonly step: number;
}

/** What happened to the frames of one stream. */
export interface StreamStatus extends StageCounts {
  /** Frames a second over the last seconds. */
  readonly fps: number;
}

/** What `GET /api/status` answers. */
export interface SessionStatus {
  /** Seconds since the session was opened. */
  readonly uptime: number;
  /** The training engine and why it was chosen. */
  readonly engine: string;
  /** What is trained: the recipe's name. */
  readonly recipe: string;
  /** Frames of each stream: `in` from its source, `out` handed on as pictures. */
  readonly streams: Readonly<Record<string, StreamStatus>>;
  /** How each input is. */
  readonly inputs: Readonly<Partial<Record<InputKind, InputStatus>>>;
  /** Milliseconds from a frame's reading to the sending of its refined picture; null while nobody watches. */
  readonly latency: {
    /** Median, in milliseconds. */
    readonly p50: number | null;
    /** 95th percentile, in milliseconds. */
    readonly p95: number | null;
  };
  /** Where training stands. */
  readonly training: {
    /** Training steps made, those of earlier sessions included. */
    readonly step: number;
    /** Steps a second over the last seconds. */
    readonly stepsPerSecond: number;
    /** `waiting` until both inputs have brought enough crops, `restarting` while a dead trainer comes back, else the recipe's own. */
    readonly phase: string;
    /** What training waits for, in a sentence or two; null while steps are made. */
    readonly waiting: string | null;
    /** Crops of each input that training draws from, and how many it begins with. */
    readonly crops: CropCounts;
    /** Losses of the last step, by name. */
    readonly losses: Readonly<Record<string, number>>;
    /** Share of patches on which the discriminator was right in the last step, 0 to 1. */
    readonly accuracy: {
      /** Of real pictures. */
      readonly real: number;
      /** Of refined pictures. */
      readonly refined: number;
    };
    /** Mean |R(x) − x|; null in recipes that refine nothing. */
    readonly change: number | null;
    /** Measures of the recipe's own, by name. */
    readonly measures: Readonly<Record<string, number>>;
    /** How often the training process was started again. */
    readonly restarts: number;
    /** How learning goes, by name, and in words with what to do. */
    readonly state: LearningStateName;
    /** The state in words, with what to do. */
    readonly message: string;
    /** Whether that is something wrong. */
    readonly trouble: boolean;
    /** The newest measurement on pictures that nothing has learnt from. */
    readonly heldOut: HeldOutReport | null;
    /** L2 norms of the last gradients before clipping, by update. */
    readonly gradientNorms: Readonly<Record<string, number>>;
    /** Updates refused, times that good weights were brought back, and the network that pauses now. */
    readonly brakes: {
      /** Updates that were refused. */
      readonly skipped: number;
      /** Times that good weights were brought back. */
      readonly rollbacks: number;
      /** The network that pauses now. */
      readonly paused: 'refiner' | 'discriminator' | null;
    };
  };
  /** Version of the refiner's weights. */
  readonly version: number;
  /** Viewers that are connected. */
  readonly viewers: number;
  /** Resident bytes: of both processes together, of this one with its threads, of the trainer. */
  readonly memory: {
    /** Of both processes together. */
    readonly rss: number;
    /** Of this process with its threads. */
    readonly main: number;
    /** Of the training process. */
    readonly trainer: number;
  };
}

/** A session that runs: it trains, saves, and tells what it does. */
export interface Session {
  /** What the session is. */
  readonly about: SessionAbout;
  /** One report for each training step; completes with the session. */
  readonly reports: Observable<StepReport>;
  /** How learning goes: the present state once there is one, then each other one. */
  readonly learningState: Observable<LearningState>;
  /** What a person should know and does not end the session. */
  readonly events: Observable<SessionEvent>;
  /** Resolves when it ended by itself or by {@link stop}; rejects when it failed. Everything is saved by then. */
  readonly done: Promise<void>;
  /** Saves and ends. */
  stop(): Promise<void>;
}

/** A session that also refines and serves. See `openLiveSession`. */
export interface LiveSession extends Session {
  /** Address of the page. */
  readonly url: string;
  /** The numbers of the page now. */
  status(): SessionStatus;
}

/** Crops read so far from an input, before training starts. */
export interface ReadingProgress {
  /** Which input is read. */
  readonly input: 'synthetic' | 'real';
  /** Crops read so far. */
  readonly crops: number;
  /** Crops that are wanted. */
  readonly wanted: number;
}

/** A session that only trains. See `openTraining`. */
export interface TrainSession extends Session {
  /** Crops read before the first step. */
  readonly reading: Observable<ReadingProgress>;
  /** Training steps made, those of earlier sessions included. */
  readonly step: number;
  /** Steps that it is to make; `undefined` where only time or a stop ends it. */
  readonly steps: number | undefined;
}
