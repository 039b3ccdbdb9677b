/** What the learning side offers to the streams: a detector, a refiner, a training that goes step by step. */
import type { Engine, TensorRecord } from '../engine/types.js';
import type { Crop, Face, Frame } from '../frame.js';

/** Something that finds faces: `createFaceDetector` on the calling thread, `LiveLane` in a thread of its own. */
export interface FaceDetector {
  /**
   * Finds faces, best first. `previous` is the face being followed: where it is given the search is cheaper and its result
   * comes first.
   */
  detect(frame: Frame, previous?: Face): Promise<readonly Face[]>;
}

/** What a refiner makes of some crops. */
export interface Refinement {
  /** RGB bytes of each refined crop, in the order given. */
  readonly pictures: readonly Uint8Array[];
  /** Version of the weights that made all of them. */
  readonly version: number;
}

/** Something that refines crops, for the operator `refine`: a `LiveLane`, or your own. */
export interface CropRefiner {
  refine(crops: readonly Crop[]): Promise<Refinement>;
}

/**
 * How a network pair is built and trained: everything that decides tensor shapes and learning. Plain JSON, written to
 * `config.json` and into the checkpoint.
 */
export interface RecipeConfig {
  readonly recipe: string;
  readonly preset: string;
  readonly width: number;
  readonly height: number;
  /** Seeds weights, batch order, augmentation, history. */
  readonly seed: number;
  readonly [option: string]: unknown;
}

/** The pictures one step learns from: RGB bytes, `count · height · width · 3` each. */
export interface TrainingBatch {
  readonly synthetic: Uint8Array;
  readonly real: Uint8Array;
  /**
   * Pictures that no batch has or will have to learn from, to measure on: `requires.heldOut` of each kind. Absent where there are
   * none; the step then measures nothing.
   */
  readonly heldOut?: { readonly synthetic: Uint8Array; readonly real: Uint8Array };
}

/**
 * Balanced accuracy of an independent classifier on patches of pictures that it has not learnt from, 0 to 1: 0.5 where it cannot
 * tell them from real ones. See `Examiner`.
 */
export interface TwoSampleScore {
  readonly refined: number;
  /** Of raw synthetic pictures: the control. */
  readonly synthetic: number;
}

/** What a step measured on held-out pictures, with the weights that refinement uses. */
export interface HeldOutReport {
  /** Discriminator accuracy, 0 to 1. */
  readonly accuracy: { readonly real: number; readonly refined: number };
  /** Mean |R(x) − x| on pictures in [−1, 1]. */
  readonly change: number;
  /** How much refined pictures differ from each other, as a share of how much their inputs do. */
  readonly variety: number;
  /** Mean correlation of brightness between a picture and its refined copy: 1 where light and dark lie where they lay. */
  readonly structure: number;
  /** Mean distance of the inputs from their mean picture: 0 where an input shows one picture only. */
  readonly spread: { readonly synthetic: number; readonly real: number };
  readonly twoSample: TwoSampleScore;
}

/** What one step reports. Written to `metrics.jsonl` as it is. */
export interface StepReport {
  /** Steps done, this one included. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Which part of the algorithm it belongs to, for example `pretrain-refiner`, `adversarial`. */
  readonly phase: string;
  readonly losses: Readonly<Record<string, number>>;
  /** Discriminator accuracy, 0 to 1, on this step's real and refined pictures before its update. NaN in phases without one. */
  readonly accuracy: { readonly real: number; readonly refined: number };
  /**
   * Cross-entropy of the discriminator's logits, real and refined together, before its update: 2 log 2 = 1.39 at chance. In this unit
   * whatever the discriminator's own loss is. Absent where it made no update.
   */
  readonly crossEntropy?: number;
  /** Mean |R(x) − x| on pictures in [−1, 1]. */
  readonly change: number;
  /**
   * How much refined pictures of this step differ from each other, as a share of how much their inputs do: about 1 is right, toward 0
   * they grow alike (mode collapse).
   */
  readonly variety?: number;
  /** Steps so far in which an update was refused because its loss or gradient was not finite; weights stayed as they were. */
  readonly skipped: number;
  /** Times so far that the last good weights were brought back, because too many updates in a row were refused. */
  readonly rollbacks?: number;
  /** The network whose updates this step left out, because the discriminator was far too strong (itself) or too weak (the refiner). */
  readonly paused?: 'refiner' | 'discriminator';
  /** L2 norms of the gradients, by network, before clipping; means over the updates of the step. */
  readonly gradientNorms?: Readonly<Record<string, number>>;
  /** Where this step measured on held-out pictures. */
  readonly heldOut?: HeldOutReport;
  /** How learning goes after this step, where a session has judged it: a `LearningState`'s name. */
  readonly state?: string;
}

/** Everything that exact resume needs. */
export interface Checkpoint {
  readonly config: RecipeConfig;
  readonly step: number;
  readonly version: number;
  readonly phase: string;
  /** Float tensors: weights, moments, counters. */
  readonly state: TensorRecord;
  /** Byte blobs such as the history buffer. */
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  /** Small JSON: random state, history bookkeeping. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A recipe being trained. Not re-entrant: one `train` at a time. */
export interface Training {
  readonly config: RecipeConfig;
  readonly step: number;
  /** How many pictures of each kind the next step draws, and how many held-out ones of each kind, where it wants to measure. */
  readonly requires: { readonly synthetic: number; readonly real: number; readonly heldOut?: number };
  train(batch: TrainingBatch): Promise<StepReport>;
  /** The weights that inference needs, for {@link Recipe.createRefiner}. */
  refinerWeights(): TensorRecord;
  snapshot(): Checkpoint;
  dispose(): Promise<void>;
}

/** A refiner ready to run on the calling thread. */
export interface RunningRefiner {
  /** `pictures`: `count · height · width · 3` RGB bytes; the result has the same shape and is the caller's own. */
  refine(pictures: Uint8Array, count: number): Promise<Uint8Array>;
  /** New weights for the next call. Throws `MODEL` where names or shapes differ; the old ones stay. */
  write(weights: TensorRecord): void;
  dispose(): Promise<void>;
}

/** A training algorithm with its networks, for example SimGAN. See `recipeNamed`. */
export interface Recipe {
  readonly name: string;
  readonly description: string;
  readonly presets: readonly string[];
  /** A full config from a preset and overrides. Throws `USAGE` naming the option that is wrong. */
  configure(
    preset: string,
    overrides: { width?: number; height?: number; seed?: number } & Record<string, unknown>,
  ): RecipeConfig;
  /** Starts afresh, or exactly where the checkpoint stopped. Throws `CHECKPOINT` where its shapes or config do not fit. */
  createTraining(engine: Engine, config: RecipeConfig, checkpoint?: Checkpoint): Promise<Training>;
  /** The weights for {@link createRefiner} in a checkpoint. Throws `CHECKPOINT` where it is not of this recipe. */
  refinerWeights(checkpoint: Checkpoint): TensorRecord;
  /** Without weights: the untrained refiner. `freeze`: weights become constants (faster; `write` then throws `MODEL`). */
  createRefiner(
    engine: Engine,
    config: RecipeConfig,
    weights?: TensorRecord,
    options?: { freeze?: boolean },
  ): Promise<RunningRefiner>;
}
