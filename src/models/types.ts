/** The interfaces of recipes, trainings and running generators, and the data that they exchange. */
import type { Engine, TensorRecord } from '../engine/types.js';
import type { Crop } from '../frame.js';
import type { RecipeTraits } from './traits.js';

export type { ControlKind, RecipeTraits, TrainingDataKind } from './traits.js';

import type { DefaultedRecord } from '../options/option.js';

/** Refined crops. */
export interface Refinement {
  /** RGB bytes of each refined crop, in the order given. */
  readonly pictures: readonly Uint8Array[];
  /** The version of the weights that refined all of them. */
  readonly version: number;
}

/** Something that refines crops for the operator `refine`: an `InferenceWorker`, or an object of your own. */
export interface CropRefiner {
  /** Refines crops, all with the same version of the weights. */
  refine(crops: readonly Crop[]): Promise<Refinement>;
}

/**
 * Everything that decides how networks are built and trained. It is plain JSON, which is written to `config.json` and into the
 * checkpoint.
 */
export interface RecipeConfig {
  /** The name of the recipe, or the path of its module. */
  readonly recipe: string;
  /** The preset that options without a value of their own come from. */
  readonly preset: string;
  /** Columns of a picture. */
  readonly width: number;
  /** Rows of a picture. */
  readonly height: number;
  /** Seed of the initial weights, the order of batches, the augmentation and the history. */
  readonly seed: number;
  readonly [option: string]: unknown;
}

/** The two inputs of a session. */
export type InputKind = 'synthetic' | 'real';

/** Pictures that are drawn together, as RGB bytes: `count · height · width · 3` of each kind. */
export interface DrawnPictures {
  /** Synthetic pictures; empty for a recipe that learns from the real input alone. */
  readonly synthetic: Uint8Array;
  /** Real pictures. */
  readonly real: Uint8Array;
  /** The class of each real picture, as an index into the option `classes`. Recipes that learn from labelled pictures need it. */
  readonly labels?: Uint8Array;
}

/** The pictures that one step learns from. */
export interface TrainingBatch extends DrawnPictures {
  /**
   * Pictures to measure on, which no step learns from: `requires.heldOut` of each kind. Without them the step measures nothing.
   */
  readonly heldOut?: DrawnPictures;
}

/** How many pictures of each kind a step draws. */
export interface Requirements {
  /** Synthetic pictures. */
  readonly synthetic: number;
  /** Real pictures. */
  readonly real: number;
  /** Held-out pictures of each kind, in a step that measures. */
  readonly heldOut?: number;
}

/**
 * The balanced accuracy, 0 to 1, with which an independent classifier distinguishes patches from real ones, on pictures that it has not
 * learnt from. At 0.5 it cannot distinguish them.
 */
export interface TwoSampleScore {
  /** Its accuracy on refined or generated pictures. */
  readonly refined: number;
  /** Its accuracy on the recipe's control (see `ControlKind`): on raw synthetic pictures where pictures are refined. */
  readonly synthetic: number;
}

/** The share of patches that a discriminator recognises, 0 to 1. */
export interface Accuracy {
  /** The share of real patches that it takes for real. */
  readonly real: number;
  /** The share of refined or generated patches that it takes for refined. */
  readonly refined: number;
}

/** What a step measured on held-out pictures, with the weights that refinement uses. */
export interface HeldOutReport {
  /** The accuracy of the discriminator by kind of picture, 0 to 1. */
  readonly accuracy: Accuracy;
  /** Mean |R(x) − x| on pictures in [−1, 1]. Absent where refined pictures need not show what their inputs show. */
  readonly change?: number;
  /**
   * How much refined pictures differ from each other, relative to how much their inputs differ. Recipes whose pictures need not show what
   * their inputs show are compared with real pictures instead.
   */
  readonly variety: number;
  /**
   * Mean correlation of brightness between a picture and its refined copy, −1 to 1: 1 where light and dark are in the same places. Absent
   * where refined pictures need not show what their inputs show.
   */
  readonly structure?: number;
  /** Mean distance of each input's pictures from their mean picture, on the range of 2: 0 where an input shows one picture only. */
  readonly spread: {
    /** Spread of the synthetic input, where there is one. */
    readonly synthetic?: number;
    /** Spread of the real input. */
    readonly real: number;
  };
  /** Accuracy of the two-sample classifier. */
  readonly twoSample: TwoSampleScore;
  /** The recipe's own measures of these pictures, by name, for example `psnr`. */
  readonly measures?: Readonly<Record<string, number>>;
}

/** What one step reports. Each report is a line of `metrics.jsonl`. */
export interface StepReport {
  /** The number of steps so far, this one included. */
  readonly step: number;
  /** When the step ended, in milliseconds since the epoch. */
  readonly time: number;
  /** The phase that the step belongs to, for example `pretrain-refiner` or `adversarial`. */
  readonly phase: string;
  /** The losses by name, as means over the updates of the step. */
  readonly losses: Readonly<Record<string, number>>;
  /** The discriminator's accuracy on this step's pictures, before its update. NaN in phases without a discriminator. */
  readonly accuracy: Accuracy;
  /** The recipe's own measures, by name, for example `cycle`. */
  readonly measures?: Readonly<Record<string, number>>;
  /**
   * Cross-entropy of the discriminator's logits of real and refined pictures together, before its update, in nats: 2 log 2 = 1.39 at
   * chance. It is in this unit for every objective. Absent where the discriminator made no update.
   */
  readonly crossEntropy?: number;
  /** Mean |R(x) − x| on pictures in [−1, 1], in recipes that refine. */
  readonly change?: number;
  /**
   * How much refined pictures of this step differ from each other, relative to how much their inputs differ. About 1 is healthy; values
   * near 0 mean mode collapse.
   */
  readonly variety?: number;
  /** Number of steps so far in which an update was refused because its loss or gradient was not finite. Refused updates change nothing. */
  readonly skipped: number;
  /** How many times so far the last good weights were restored because too many updates in a row were refused. */
  readonly rollbacks?: number;
  /** The network that this step did not update: the discriminator where it was far too strong, the refiner where the discriminator was far too weak. */
  readonly paused?: 'refiner' | 'discriminator';
  /** L2 norms of the gradients before clipping, by update, as means over the step. */
  readonly gradientNorms?: Readonly<Record<string, number>>;
  /** What was measured on held-out pictures, in a step that measured. */
  readonly heldOut?: HeldOutReport;
  /** The name of the learning state after this step, where a session has added it. */
  readonly state?: string;
}

/** Everything that an exact resume needs. */
export interface Checkpoint {
  /** The configuration of the training. */
  readonly config: RecipeConfig;
  /** How many steps were done. */
  readonly step: number;
  /** The version of the weights. */
  readonly version: number;
  /** The phase of the next step. */
  readonly phase: string;
  /** Float tensors by name: weights, moments of the optimisers, counters. */
  readonly state: TensorRecord;
  /** Bytes by name, such as the pictures of a history. */
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  /** Small JSON values: counters and the state of the safeguards. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A recipe being trained. Only one call of `train` may run at a time. */
export interface Training {
  /** The configuration of the training. */
  readonly config: RecipeConfig;
  /** How many steps were done. */
  readonly step: number;
  /** How many pictures the next step needs. */
  readonly requires: Requirements;
  /** Makes one step. Rejects with `USAGE` where the batch does not hold what {@link requires} says, or another step is running. */
  train(batch: TrainingBatch): Promise<StepReport>;
  /** The weights that inference needs, for {@link Recipe.createRefiner} or {@link Recipe.createSampler}. */
  generatorWeights(): TensorRecord;
  /** A copy of everything that an exact resume needs. */
  snapshot(): Checkpoint;
  /** Frees the memory of its programs. */
  dispose(): Promise<void>;
}

/** A generator ready to run on the calling thread. */
export interface RunningGenerator {
  /** Sets the weights for the next call. Throws `MODEL` where names or shapes differ; the old weights then stay. */
  write(weights: TensorRecord): void;
  /** Frees the memory of its programs, after the calls that are running. */
  dispose(): Promise<void>;
}

/** A generator that makes pictures from pictures. */
export interface RunningRefiner extends RunningGenerator {
  /** Refines `pictures`, `count · height · width · 3` RGB bytes. The result has the same shape and belongs to the caller. Rejects with `USAGE` where the number of bytes is wrong. */
  refine(pictures: Uint8Array, count: number): Promise<Uint8Array>;
}

/** A generator that makes pictures from noise. */
export interface RunningSampler extends RunningGenerator {
  /** How many numbers of noise, drawn from the standard normal distribution, a picture takes. */
  readonly noiseSize: number;
  /** How many classes it takes as labels; 0 where it takes no labels. */
  readonly classes: number;
  /**
   * Generates the RGB bytes of `count` pictures from `noise`, `count · noiseSize` numbers, and from a class for each picture where the
   * recipe takes labels. The result belongs to the caller. Rejects with `USAGE` where the number of values or a label is wrong.
   */
  sample(noise: Float32Array, count: number, labels?: Uint8Array): Promise<Uint8Array>;
}

/** A picture of any size. */
export interface Picture {
  /** RGB bytes, row by row: `height · width · 3`. */
  readonly data: Uint8Array;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** A generator that enlarges pictures of any size. */
export interface RunningEnlarger {
  /** How many times as wide and high pictures become. */
  readonly scale: number;
  /** Enlarges a picture. The result belongs to the caller. Rejects with `USAGE` where the picture is smaller than 2×2. */
  enlarge(picture: Picture): Promise<Picture>;
  /** Frees the memory of its programs, after the calls that are running. */
  dispose(): Promise<void>;
}

/** How a generator is compiled. */
export interface GeneratorOptions {
  /** Whether weights become constants, which is faster; `write` then throws `MODEL`. Default false. */
  readonly freeze?: boolean;
}

/** The inputs of a recipe where the user names none: sources as on the command line. */
export interface RecipeInputs {
  /** The synthetic input. Default `renderer`. */
  readonly synthetic?: string;
  /** The real input. */
  readonly real?: string;
  /** What is cut out of frames. */
  readonly crop?: 'eyes' | 'face' | 'none';
  /** How a pair is made from one crop: a value of the session's option `pairs`. */
  readonly pairs?: string;
}

/** A training algorithm with its networks, for example SimGAN. See `recipeNamed`. */
export interface Recipe extends RecipeTraits {
  /** The name of the recipe. */
  readonly name: string;
  /** One line that says what it does and which paper describes it. */
  readonly description: string;
  /** The names of its presets, the default first. */
  readonly presets: readonly string[];
  /** The inputs where the user names none. */
  readonly inputs?: RecipeInputs;
  /** Option values of a preset that suit what is cut out of frames. They apply where the user gives no others. Default: none. */
  suiting?(preset: string, crop: NonNullable<RecipeInputs['crop']>): Readonly<Record<string, unknown>>;
  /** Which input a configuration refines. Default: the synthetic one. */
  refines?(config: RecipeConfig): InputKind;
  /** The declarations of its options by name. */
  readonly options?: DefaultedRecord;
  /** How many steps a training takes where the user does not say. Default 1000. */
  steps?(config: RecipeConfig): number;
  /** Makes a full configuration from a preset and overrides. Throws `USAGE`, which names the option that is wrong. */
  configure(
    preset: string,
    overrides: { width?: number; height?: number; seed?: number } & Record<string, unknown>,
  ): RecipeConfig;
  /** Starts a training, or continues it exactly from a checkpoint. Rejects with `CHECKPOINT` where the checkpoint's shapes or options do not fit. */
  createTraining(engine: Engine, config: RecipeConfig, checkpoint?: Checkpoint): Promise<Training>;
  /** Takes the weights that inference needs from a checkpoint. Throws `CHECKPOINT` where the checkpoint is of another recipe. */
  generatorWeights(checkpoint: Checkpoint): TensorRecord;
  /** Prepares the generator of a recipe that refines pictures. Without weights it is untrained. */
  createRefiner?(
    engine: Engine,
    config: RecipeConfig,
    weights?: TensorRecord,
    options?: GeneratorOptions,
  ): Promise<RunningRefiner>;
  /** Prepares the generator of a recipe that can enlarge pictures of any size. Without weights it is untrained. */
  createEnlarger?(engine: Engine, config: RecipeConfig, weights?: TensorRecord): Promise<RunningEnlarger>;
  /** Prepares the generator of a recipe that makes pictures from noise. Without weights it is untrained. */
  createSampler?(
    engine: Engine,
    config: RecipeConfig,
    weights?: TensorRecord,
    options?: GeneratorOptions,
  ): Promise<RunningSampler>;
}

/** A recipe that refines pictures. */
export type RefiningRecipe = Recipe & Required<Pick<Recipe, 'createRefiner'>>;

/** A recipe that makes pictures from noise. */
export type SamplingRecipe = Recipe & Required<Pick<Recipe, 'createSampler'>>;
