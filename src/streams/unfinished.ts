/** Files that are not whole yet: none is left behind where the process ends first. */
import { rmSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const unfinished = new Map<string, Promise<void>>();
let watching = false;

/**
 * Marks a file as not whole: it is removed when the process ends, by `process.exit` too. The returned function says that it is
 * whole, or gone.
 */
export function unfinishedFile(path: string): () => void {
  let settle = () => {};
  unfinished.set(
    path,
    new Promise((settled) => {
      settle = settled;
    }),
  );
  if (!watching) {
    watching = true;
    process.on('exit', () => {
      for (const left of unfinished.keys()) removeNow(left);
    });
  }
  return () => {
    unfinished.delete(path);
    settle();
  };
}

/** Resolves when every file that is being written in `folder` now is whole, or gone. */
export async function settledIn(folder: string): Promise<void> {
  const inside = resolve(folder) + sep;
  await Promise.all([...unfinished].map(([path, settled]) => (path.startsWith(inside) ? settled : undefined)));
}

function removeNow(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows keeps what another process has open.
  }
}
