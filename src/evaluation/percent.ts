/** Formats shares as percentages. */

/** A share, 0 to 1, in percent with one decimal; a dash where there is no figure. */
export function percent(share: number | null): string {
  return share === null || !Number.isFinite(share) ? '–' : `${(100 * share).toFixed(1)} %`;
}
