/** Summarises the cells as one row for each variant, with the paper's figures for comparison. */
import { type Estimate, estimate } from './statistics.js';
import type { Cell, Variant } from './types.js';

/** The paper's figures (Shrivastava et al., CVPR 2017). Only trends are comparable, because its pictures differ. */
export const PAPER = {
  raw: { error: 11.2, within7: 0.649 },
  refined: { error: 7.8, within7: 0.872 },
  ratio: 0.7,
  /** People's accuracy: 162 of 200 on raw and 517 of 1,000 on refined pictures. */
  accuracy: { raw: 0.81, refined: 0.517 },
  pupils: { mean: 1.1, deviation: 0.8 },
} as const;

/** Target figures of the refiner. */
export const TARGETS = { ratio: 0.7, accuracyRaw: 0.9, accuracyRefined: 0.6, pupils: 1.1 } as const;

const POSITIVE: readonly [min: number, max: number] = [0, Number.POSITIVE_INFINITY];
const SHARE: readonly [min: number, max: number] = [0, 1];

/** The figures of a variant over its seeds. */
export interface Row {
  readonly variant: Variant;
  readonly error: Estimate;
  readonly within7: Estimate;
  /** Error divided by that of raw renders with the same seed; absent for `raw` itself. */
  readonly ratio?: Estimate;
  readonly whole?: Estimate;
  readonly patch?: Estimate;
  readonly change?: Estimate;
  readonly pupils?: Estimate;
  /** Means over seeds of the deviation over pictures, of the finder's own error, and of the median shift. */
  readonly pupilsDeviation?: number;
  readonly pupilsFloor?: number;
  readonly pupilsMedian?: number;
  readonly steps?: number;
  readonly seconds?: number;
}

/** Whether a variant is in the main table: the main run's refined variant and all variants without a refiner. */
export function inHeadline({ name, pictures }: Variant): boolean {
  return name === 'refined' || pictures !== undefined;
}

/** A row for each variant that has a cell. */
export function summarise(cells: readonly Cell[], variants: readonly Variant[]): Row[] {
  const errorOfRaw = new Map(cells.filter(({ variant }) => variant === 'raw').map(({ seed, error }) => [seed, error]));
  return variants.flatMap((variant) => {
    const own = cells.filter((cell) => cell.variant === variant.name).sort((a, b) => a.seed - b.seed);
    if (own.length === 0) return [];
    const over = <T>(part: (cell: Cell) => T | undefined): T[] => own.flatMap((cell) => part(cell) ?? []);
    const of = (part: (cell: Cell) => number | undefined, bounds = POSITIVE): Estimate | undefined => {
      const values = over(part);
      return values.length === 0 ? undefined : estimate(values, bounds);
    };
    const ratio = ({ seed, error }: Cell) => {
      const raw = variant.name === 'raw' ? undefined : errorOfRaw.get(seed);
      return raw === undefined ? undefined : error / raw;
    };
    return {
      variant,
      error: of(({ error }) => error) as Estimate,
      within7: of(({ within7 }) => within7, SHARE) as Estimate,
      ratio: of(ratio),
      whole: of(({ whole }) => whole?.accuracy, SHARE),
      patch: of(({ patch }) => patch?.accuracy, SHARE),
      change: of(({ refiner }) => refiner?.change),
      pupils: of(({ refiner }) => refiner?.pupils.mean),
      pupilsDeviation: of(({ refiner }) => refiner?.pupils.deviation)?.mean,
      pupilsFloor: of(({ refiner }) => refiner?.pupils.floor)?.mean,
      pupilsMedian: of(({ refiner }) => refiner?.pupils.median)?.mean,
      steps: of(({ refiner }) => refiner?.steps)?.mean,
      seconds: of(({ refiner }) => refiner?.seconds)?.mean,
    };
  });
}
