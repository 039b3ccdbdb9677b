/** What the learning side offers to the streams: a detector, a refiner, a training that goes step by step. */
import type { Engine, TensorRecord } from '../engine/types.js';
import type { Crop } from '../frame.js';
import type { RecipeTraits } from './traits.js';

export type { ControlKind, RecipeTraits, TrainingDataKind } from './traits.js';

import type { DefaultedRecord } from '../options/option.js';

/** What a refiner makes of some crops. */
export interface Refinement {
  /** RGB bytes of each refined crop, in the order given. */
  readonly pictures: readonly Uint8Array[];
  /** Version of the weights that made all of them. */
  readonly version: number;
}

/** Something that refines crops, for the operator `refine`: a `InferenceWorker`, or your own. */
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

/** The two inputs of a session. */
export type InputKind = 'synthetic' | 'real';

/** Pictures that are drawn together: RGB bytes, `count · height · width · 3` each. */
export interface DrawnPictures {
  /** Empty for a recipe that learns from the real input alone. */
  readonly synthetic: Uint8Array;
  readonly real: Uint8Array;
  /** The class of each real picture, an index into the recipe's `classes`; for a recipe that needs labels. */
  readonly labels?: Uint8Array;
}

/** What one step learns from. */
export interface TrainingBatch extends DrawnPictures {
  /**
   * Pictures that no batch has or will have to learn from, to measure on: `requires.heldOut` of each kind. Absent where there are
   * none; the step then measures nothing.
   */
  readonly heldOut?: DrawnPictures;
}

/** How many pictures of each kind a step draws. */
export interface Requirements {
  readonly synthetic: number;
  readonly real: number;
  /** Held-out pictures of each kind that the step draws from, where it wants to measure. */
  readonly heldOut?: number;
}

/**
 * Balanced accuracy of an independent classifier on patches of pictures that it has not learnt from, 0 to 1: 0.5 where it cannot
 * tell them from real ones. See `TwoSampleClassifier`.
 */
export interface TwoSampleScore {
  /** Of refined, or generated, pictures. */
  readonly refined: number;
  /** Of the recipe's control, see `ControlKind`: of raw synthetic pictures where pictures are refined. */
  readonly synthetic: number;
}

/** What a step measured on held-out pictures, with the weights that refinement uses. */
export interface HeldOutReport {
  /** Discriminator accuracy, 0 to 1. */
  readonly accuracy: { readonly real: number; readonly refined: number };
  /** Mean |R(x) − x| on pictures in [−1, 1]. Absent where refined pictures need not look like their inputs. */
  readonly change?: number;
  /**
   * How much refined pictures differ from each other, as a share of how much their inputs do; where those are noise or something else
   * than pictures of the kind, as a share of how much real ones do.
   */
  readonly variety: number;
  /**
   * Mean correlation of brightness between a picture and its refined copy: 1 where light and dark lie where they lay. Absent where
   * refined pictures need not look like their inputs.
   */
  readonly structure?: number;
  /** Mean distance of the inputs from their mean picture: 0 where an input shows one picture only. */
  readonly spread: { readonly synthetic?: number; readonly real: number };
  readonly twoSample: TwoSampleScore;
  /** Measures of the recipe's own on these pictures, by name, for example `psnr`. */
  readonly measures?: Readonly<Record<string, number>>;
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
  /** Measures of the recipe's own, by name, for example `cycle`. */
  readonly measures?: Readonly<Record<string, number>>;
  /**
   * Cross-entropy of the discriminator's logits, real and refined together, before its update: 2 log 2 = 1.39 at chance. In this unit
   * whatever the discriminator's own loss is. Absent where it made no update.
   */
  readonly crossEntropy?: number;
  /** Mean |R(x) − x| on pictures in [−1, 1], in recipes that refine. */
  readonly change?: number;
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
  /** What the next step draws. */
  readonly requires: Requirements;
  train(batch: TrainingBatch): Promise<StepReport>;
  /** The weights that inference needs, for {@link Recipe.createRefiner} or {@link Recipe.createSampler}. */
  generatorWeights(): TensorRecord;
  snapshot(): Checkpoint;
  dispose(): Promise<void>;
}

/** A generator ready to run on the calling thread. */
export interface RunningGenerator {
  /** New weights for the next call. Throws `MODEL` where names or shapes differ; the old ones stay. */
  write(weights: TensorRecord): void;
  dispose(): Promise<void>;
}

/** A generator that makes pictures of pictures. */
export interface RunningRefiner extends RunningGenerator {
  /**
   * `pictures`: `count · height · width · 3` RGB bytes; the result has the same shape and is the caller's own.
   */
  refine(pictures: Uint8Array, count: number): Promise<Uint8Array>;
}

/** A generator that makes pictures of noise. */
export interface RunningSampler extends RunningGenerator {
  /** Numbers of noise a picture takes, drawn from the standard normal distribution. */
  readonly noiseSize: number;
  /** Classes that it takes as labels, 0 where it takes none. */
  readonly classes: number;
  /**
   * RGB bytes of `count` pictures, the caller's own. `noise`: `count · noiseSize` numbers; `labels`: a class each, where the recipe
   * takes labels.
   */
  sample(noise: Float32Array, count: number, labels?: Uint8Array): Promise<Uint8Array>;
}

/** A picture of any size: RGB bytes, row by row. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A generator that makes pictures of any size larger. */
export interface RunningEnlarger {
  /** How many times as wide and high pictures become. */
  readonly scale: number;
  /** The larger picture, the caller's own. Rejects with `USAGE` where it is smaller than 2×2. */
  enlarge(picture: Picture): Promise<Picture>;
  dispose(): Promise<void>;
}

/** How a generator is made ready to run. */
export interface GeneratorOptions {
  /** Weights become constants: faster; `write` then throws `MODEL`. Default false. */
  readonly freeze?: boolean;
}

/** What a recipe learns from where the user does not say: sources as on the command line. */
export interface RecipeInputs {
  /** Default `renderer`. */
  readonly synthetic?: string;
  readonly real?: string;
  readonly crop?: 'eyes' | 'face' | 'none';
  /** How a pair is made of one crop (see the session's `pairs`). */
  readonly pairs?: string;
}

/** A training algorithm with its networks, for example SimGAN. See `recipeNamed`. */
export interface Recipe extends RecipeTraits {
  readonly name: string;
  /** One line: what it does, and who described it. */
  readonly description: string;
  /** The default first. */
  readonly presets: readonly string[];
  readonly inputs?: RecipeInputs;
  /** Options of a preset that suit what is cut out of frames, where the user asks for nothing else. Default: none. */
  suiting?(preset: string, crop: NonNullable<RecipeInputs['crop']>): Readonly<Record<string, unknown>>;
  /** Which input a configuration's refiner is for, where that is not the synthetic one. */
  refines?(config: RecipeConfig): InputKind;
  /** Its options by name, with their meaning, limits, defaults and what presets change. */
  readonly options?: DefaultedRecord;
  /** Steps in which it comes to show what it can, by configuration. Default 1000. */
  steps?(config: RecipeConfig): number;
  /** A full config from a preset and overrides. Throws `USAGE` naming the option that is wrong. */
  configure(
    preset: string,
    overrides: { width?: number; height?: number; seed?: number } & Record<string, unknown>,
  ): RecipeConfig;
  /** Starts afresh, or exactly where the checkpoint stopped. Throws `CHECKPOINT` where its shapes or config do not fit. */
  createTraining(engine: Engine, config: RecipeConfig, checkpoint?: Checkpoint): Promise<Training>;
  /** The weights that inference needs, in a checkpoint. Throws `CHECKPOINT` where it is not of this recipe. */
  generatorWeights(checkpoint: Checkpoint): TensorRecord;
  /** The generator of a recipe that refines pictures. Without weights: untrained. */
  createRefiner?(
    engine: Engine,
    config: RecipeConfig,
    weights?: TensorRecord,
    options?: GeneratorOptions,
  ): Promise<RunningRefiner>;
  /** The generator of a recipe whose pictures can be larger than what they are made of, for pictures of any size. Without weights: untrained. */
  createEnlarger?(engine: Engine, config: RecipeConfig, weights?: TensorRecord): Promise<RunningEnlarger>;
  /** The generator of a recipe that makes pictures of noise. Without weights: untrained. */
  createSampler?(
    engine: Engine,
    config: RecipeConfig,
    weights?: TensorRecord,
    options?: GeneratorOptions,
  ): Promise<RunningSampler>;
}

/** A recipe that refines pictures. */
export type RefiningRecipe = Recipe & Required<Pick<Recipe, 'createRefiner'>>;

/** A recipe that makes pictures of noise. */
export type SamplingRecipe = Recipe & Required<Pick<Recipe, 'createSampler'>>;
