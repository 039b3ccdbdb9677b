/** What the gaze experiment is asked, what it finds, and what it tells on the way. */
import type { AblationName } from './options.js';

/** Everything that decides results. A folder holds results of one plan. */
export interface GazePlan {
  readonly preset: string;
  readonly size: number;
  /** Training pictures of each kind. */
  readonly pictures: number;
  /** Held-out pictures of each kind. */
  readonly testPictures: number;
  readonly gazeSteps: number;
  readonly classifiers: boolean;
  /** As asked; undefined where `steps` were given. */
  readonly minutes?: number;
  /** Adversarial steps; undefined until measured. */
  readonly steps?: number;
}

/** How pictures are made: rendered, rendered and seen by a webcam, or the same of real people. */
export type Kind = 'synthetic' | 'photographed' | 'real';

/** One kind of training pictures. */
export interface Variant {
  /** `raw`, `real`, `refined`, `camera`, or for example `lambda-0.1`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** `main`: raw, real and refined. */
  readonly group: 'main' | AblationName;
  /** Trained on as they are made; undefined: on refined renders. */
  readonly pictures?: Kind;
  /** What differs from the preset's own options. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Another preset than the plan's; it gets as much time as the main refiner had, not as many steps. */
  readonly preset?: string;
}

/** How well a fresh classifier tells pictures from real ones: 0.5 is chance. */
export interface Told {
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

/** How far pupils moved, in pixels of a 55 pixels wide picture, as the paper counts. */
export interface PupilShift {
  readonly mean: number;
  readonly deviation: number;
  readonly median: number;
  /** The finder's own error on the raw pictures, likewise: what the same measure says where nothing moved. */
  readonly floor: number;
  /** Pictures with a pupil found before and after. */
  readonly count: number;
}

/** What came of one variant with one seed. */
export interface Cell {
  readonly variant: string;
  readonly seed: number;
  /** Mean angle between true and read gaze on held-out real pictures, degrees. */
  readonly error: number;
  /** Share of them read within 7 degrees. */
  readonly within7: number;
  /** Against held-out real pictures, whole and in patches; of all but real ones. */
  readonly whole?: Told;
  readonly patch?: Told;
  /** Of refined ones. */
  readonly refiner?: {
    readonly preset: string;
    /** All steps made, pre-training included. */
    readonly steps: number;
    readonly seconds: number;
    /** Mean |R(x) − x| on held-out renders, on the scale from −1 to 1. */
    readonly change: number;
    readonly pupils: PupilShift;
  };
  /** All that this cell took, pictures made for it included. */
  readonly seconds: number;
}

/** What it is doing. */
export interface GazeProgress {
  /** For example `seed 1: refiner`. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}
