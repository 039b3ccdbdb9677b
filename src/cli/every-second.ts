/** Progress that comes by the hundred a second, for who reads lines. */

const SECOND_MS = 1000;

/** Says whether to tell now: the first time, a second after it last said so, and whenever it is `due` in any case. */
export function everySecond(): (due?: boolean) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return (due = false) => {
    const now = performance.now();
    if (!due && now - last < SECOND_MS) return false;
    last = now;
    return true;
  };
}
