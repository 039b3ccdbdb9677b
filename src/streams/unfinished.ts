/** Files that are not whole yet: none is left behind where the process ends first. */
import { rmSync } from 'node:fs';

const unfinished = new Set<string>();
let watching = false;

/**
 * Marks a file as not whole: it is removed when the process ends, by `process.exit` too. The returned function says that it is
 * whole, or gone.
 */
export function unfinishedFile(path: string): () => void {
  unfinished.add(path);
  if (!watching) {
    watching = true;
    process.on('exit', () => {
      for (const left of unfinished) removeNow(left);
    });
  }
  return () => void unfinished.delete(path);
}

function removeNow(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows keeps what another process has open.
  }
}
