/** Says in a sentence what training waits for. */
import type { InputKind } from '../models/types.js';
import type { InputWatch } from './input-watch.js';

/** The crops of each input before the first step. */
export type CropCounts = Readonly<
  Partial<
    Record<
      InputKind,
      {
        /** How many there are. */
        readonly crops: number;
        /** How many training begins with. */
        readonly wanted: number;
      }
    >
  >
>;

/** What training waits for. */
export interface WaitingFor {
  /** In one or two sentences. */
  readonly sentence: string;
  /** Names the reason, whatever the numbers in the sentence. */
  readonly reason: string;
}

/** The inputs that training draws from, with what has been gathered of each. */
export type Gathered = Readonly<
  Partial<Record<InputKind, { readonly watch: InputWatch; readonly crops: () => number }>>
>;

/** How many crops of each input there are. */
export function cropCounts(gathered: Gathered, wanted: number): CropCounts {
  return Object.fromEntries(Object.entries(gathered).map(([name, { crops }]) => [name, { crops: crops(), wanted }]));
}

/** What is missing before the first step; `undefined` where there is enough of everything. */
export function waitingForCrops(gathered: Gathered, wanted: number): WaitingFor | undefined {
  const missing = Object.entries(gathered).filter(([, { crops }]) => crops() < wanted);
  if (missing.length === 0) return undefined;
  const parts = missing.map(([name, { watch, crops }]) => {
    const { why } = watch;
    const count = `${crops()} of ${wanted} crops of the ${name} input are there`;
    return {
      sentence: why ? `${count}: ${why}` : count,
      reason: `${name}: ${(why ?? 'gathering').replace(/[\d.]+/g, '')}`,
    };
  });
  return {
    sentence: `Training waits. ${parts.map(({ sentence }) => `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`).join(' ')}`,
    reason: parts.map(({ reason }) => reason).join('; '),
  };
}

/** A reason that lasts for so long is told, and told again after so long. */
const [TOLD_AFTER_MS, TOLD_AGAIN_MS] = [3000, 30_000];

/** Turns what is waited for, asked once a second, into notices: each reason when it has lasted, and now and then again. */
export class WaitingNotices {
  #reason: string | undefined;
  #since = performance.now();
  #told: number | undefined;

  constructor(private readonly notify: (message: string) => void) {}

  look(waiting: WaitingFor | undefined): void {
    const now = performance.now();
    if (waiting?.reason !== this.#reason) {
      this.#reason = waiting?.reason;
      this.#since = now;
      this.#told = undefined;
    }
    if (!waiting || now - this.#since < TOLD_AFTER_MS) return;
    if (this.#told !== undefined && now - this.#told < TOLD_AGAIN_MS) return;
    this.#told = now;
    this.notify(waiting.sentence);
  }
}
