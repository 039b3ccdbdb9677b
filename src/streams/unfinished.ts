/** Tracks files that are being written, and removes them if the process ends before they are complete. */
import { rmSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const unfinished = new Map<string, Promise<void>>();
let watching = false;

/**
 * Marks a file as unfinished: it is removed when the process ends, also by `process.exit`. Call the returned function when the file
 * is complete or removed.
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
      for (const path of unfinished.keys()) removeNow(path);
    });
  }
  return () => {
    unfinished.delete(path);
    settle();
  };
}

/** Resolves when every file that is now being written in `folder` is complete or removed. */
export async function settledIn(folder: string): Promise<void> {
  const inside = resolve(folder) + sep;
  await Promise.all([...unfinished].map(([path, settled]) => (path.startsWith(inside) ? settled : undefined)));
}

function removeNow(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows does not remove a file that another process has open.
  }
}
