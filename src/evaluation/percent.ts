/** Shares as people read them. */

/** A share of 1 in percent, to one decimal; a dash where there is no figure. */
export function percent(share: number | null): string {
  return share === null || !Number.isFinite(share) ? '–' : `${(100 * share).toFixed(1)} %`;
}
