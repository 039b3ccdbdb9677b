/** Reduces frequent progress events to about one line per second. */

const SECOND_MS = 1000;

/** The returned function says whether to print now: at the first call, one second after it last returned true, and where `due` is set. */
export function everySecond(): (due?: boolean) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return (due = false) => {
    const now = performance.now();
    if (!due && now - last < SECOND_MS) return false;
    last = now;
    return true;
  };
}
