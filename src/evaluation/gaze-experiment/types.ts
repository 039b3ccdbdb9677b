/** Types of the gaze experiment: plan, results and progress. */
import type { AblationName } from './options.js';

/** Everything that determines the results. A folder holds results of one plan. */
export interface GazePlan {
  readonly preset: string;
  readonly size: number;
  /** Training pictures of each kind. */
  readonly pictures: number;
  /** Held-out pictures of each kind. */
  readonly testPictures: number;
  readonly gazeSteps: number;
  readonly classifiers: boolean;
  /** The option; undefined where `steps` were given. */
  readonly minutes?: number;
  /** Adversarial steps; undefined until measured. */
  readonly steps?: number;
}

/** Kinds of pictures: renders, renders seen by a simulated webcam, and simulated recordings that play the part of real pictures. */
export type Kind = 'synthetic' | 'photographed' | 'real';

/** One kind of training pictures. */
export interface Variant {
  /** `raw`, `real`, `refined`, `camera`, or for example `lambda-0.1`. */
  readonly name: string;
  /** Display name. */
  readonly title: string;
  /** `main`: raw, real and refined. */
  readonly group: 'main' | AblationName;
  /** Kind of the training pictures; undefined for refined renders. */
  readonly pictures?: Kind;
  /** Options that differ from the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** A preset that differs from the plan's; it gets the same time as the main refiner, not the same number of steps. */
  readonly preset?: string;
}

/** Accuracy of a two-sample test against real pictures; 0.5 is chance. */
export interface Accuracy {
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

/** Shift of pupils in pixels of a picture 55 pixels wide, as in the paper. */
export interface PupilShift {
  readonly mean: number;
  readonly deviation: number;
  readonly median: number;
  /** The same measure on the raw pictures, where nothing has moved: the finder's own error. */
  readonly floor: number;
  /** Pictures with a pupil found before and after. */
  readonly count: number;
}

/** The result of one variant with one seed. */
export interface Cell {
  readonly variant: string;
  readonly seed: number;
  /** Mean angle between true and read gaze on held-out real pictures, degrees. */
  readonly error: number;
  /** Share of them read within 7 degrees. */
  readonly within7: number;
  /** Two-sample accuracy against held-out real pictures, on whole pictures and on patches; absent for real ones. */
  readonly whole?: Accuracy;
  readonly patch?: Accuracy;
  /** The refiner; present for refined variants. */
  readonly refiner?: {
    readonly preset: string;
    /** Number of steps, including pre-training. */
    readonly steps: number;
    readonly seconds: number;
    /** Mean |R(x) − x| on held-out renders, on the scale from −1 to 1. */
    readonly change: number;
    readonly pupils: PupilShift;
  };
  /** Duration of this cell, including the generation of its pictures. */
  readonly seconds: number;
}

/** The current task and its progress. */
export interface GazeProgress {
  /** For example `seed 1: refiner`. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}
