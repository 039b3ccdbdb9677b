/** So many of the values, spread over all; all where there are no more. */
export function evenly<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, i) => values[Math.floor((i * values.length) / count)] as T);
}
