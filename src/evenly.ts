/** Samples that are spread evenly over a series. */

/**
 * Where in each of `count` equal parts of the series a sample is taken: its start, its middle; or `ends` for samples at equal distances,
 * the first and the last value included (of one sample, the first).
 */
export type EvenPlaces = 'starts' | 'middles' | 'ends';

/** `count` of the values, spread evenly over all, in order; all of them where there are no more. */
export function evenly<T>(values: readonly T[], count: number, places: EvenPlaces = 'starts'): T[] {
  return evenIndices(values.length, count, places).map((index) => values[index] as T);
}

/** `count` indices of a series of `length`, spread evenly over it, in order; all of them where there are no more. */
export function evenIndices(length: number, count: number, places: EvenPlaces = 'starts'): number[] {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  switch (places) {
    case 'starts':
      return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
    case 'middles':
      return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
    case 'ends':
      return Array.from({ length: count }, (_, i) => (i === 0 ? 0 : Math.round((i * (length - 1)) / (count - 1))));
  }
}
