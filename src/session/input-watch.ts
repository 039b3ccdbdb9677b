/** Watches one input of a session: whether its frames come, and why they give no crops. */
import type { CroppedFrame } from '../frame.js';
import type { Input } from '../inputs/input.js';
import type { InputKind } from '../models/types.js';

/** How an input is, for the status. */
export interface InputStatus {
  /** `waiting` before its first frame, `lost` while it is silent or is opened again, `ended` after its last frame. */
  readonly state: 'waiting' | 'running' | 'lost' | 'ended';
  /** Why it is lost; empty otherwise. */
  readonly message: string;
  /** Frames that came. */
  readonly frames: number;
  /** Frames that gave crops. */
  readonly cropped: number;
  /** Frames whose face was too small for crops. */
  readonly tooSmall: number;
  /** The distance between the eyes of the last face in pixels, where eyes are cut out; null before the first. */
  readonly eyeDistance: number | null;
}

/** Silence of a running input that is worth a notice, and how many of its longest pauses it has to be. */
const [SILENT_MS, SILENT_PAUSES] = [5000, 3];

export class InputWatch {
  #lost: string | undefined;
  #ended = false;
  #last = 0;
  #longest = 0;
  #frames = 0;
  #cropped = 0;
  #tooSmall = 0;
  #eyeDistance: number | undefined;
  #why = '';

  /**
   * @param name which input
   * @param notify called with each loss and each return
   */
  constructor(
    readonly name: InputKind,
    private readonly notify: (message: string) => void,
  ) {}

  frame(): void {
    const now = performance.now();
    if (this.#frames++ > 0 && this.#lost === undefined) this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    this.returned();
  }

  /** Takes note of what was cut out of a frame of an input. */
  cut(
    { crops, eyeDistance, passedThrough }: CroppedFrame,
    { crop, minEyeDistance = 0 }: Pick<Input, 'crop' | 'minEyeDistance'>,
  ): void {
    const { name } = this;
    if (eyeDistance !== undefined) this.#eyeDistance = eyeDistance;
    if (crops.length > 0) {
      this.#cropped++;
      this.#why = '';
    } else if (passedThrough) this.#why = `no face of the ${name} input is found yet: ${passedThrough}`;
    else if (eyeDistance !== undefined && eyeDistance < minEyeDistance) {
      this.#tooSmall++;
      this.#why = `the face in the ${name} input is too small: its eyes are ${Math.round(eyeDistance)} pixels apart, and at least ${minEyeDistance} are needed (--min-eye-distance). Sit nearer to the camera, or use a larger picture`;
    } else if (crop === 'face')
      this.#why = `nobody is seen in the ${name} input, or the face is smaller than 64 pixels`;
    else this.#why = `nobody is seen in the ${name} input`;
  }

  lost(reason: string): void {
    this.notify(`the ${this.name} input was lost and is opened again: ${reason}`);
    this.#lost = reason;
  }

  returned(): void {
    if (this.#lost === undefined) return;
    this.#lost = undefined;
    this.notify(`the ${this.name} input is back`);
  }

  ended(): void {
    this.#ended = true;
  }

  /** Looks whether frames still come. To be called about once a second. */
  check(): void {
    if (this.#lost !== undefined || this.#ended || this.#frames === 0) return;
    const silent = performance.now() - this.#last;
    if (silent < Math.max(SILENT_MS, SILENT_PAUSES * this.#longest)) return;
    this.#lost = `no frame has come for ${Math.round(silent / 1000)} s`;
    this.notify(`the ${this.name} input is silent: ${this.#lost}`);
  }

  get status(): InputStatus {
    const state = this.#ended ? 'ended' : this.#lost !== undefined ? 'lost' : this.#frames > 0 ? 'running' : 'waiting';
    return {
      state,
      message: this.#lost ?? '',
      frames: this.#frames,
      cropped: this.#cropped,
      tooSmall: this.#tooSmall,
      eyeDistance: this.#eyeDistance ?? null,
    };
  }

  /** Why no crop comes now, in a sentence; `undefined` where crops come. */
  get why(): string | undefined {
    if (this.#ended) return `the ${this.name} input has ended`;
    if (this.#lost !== undefined) return `the ${this.name} input is lost: ${this.#lost}`;
    if (this.#frames === 0) return `the ${this.name} input has not begun: no frame has come yet`;
    return this.#why || undefined;
  }
}

/** Lets inputs tell their watches of losses and returns. */
export function toldTo(watches: Readonly<Record<InputKind, InputWatch>>) {
  return {
    onLost: (name: InputKind, reason: string) => watches[name].lost(reason),
    onReturn: (name: InputKind) => watches[name].returned(),
  };
}
