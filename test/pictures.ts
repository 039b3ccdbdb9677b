/** Folders of small eye pictures, drawn by the renderer, for tests that need inputs. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { fromRenderer } from '../src/streams/from-renderer.js';
import { toImages } from '../src/streams/to-images.js';

/** Writes `count` pictures of `size`×`size` pixels named eye-0.png … and returns the folder. */
export async function eyePictures(folder: string, count: number, size: number, seed: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const frames = fromRenderer({ width: size, height: size, fps: 0, count, seed });
  await lastValueFrom(frames.pipe(toImages(folder, { name: ({ sequence }) => `eye-${sequence}.png` })));
  return folder;
}

/** Where that picture is. */
export function eyePicture(folder: string, index: number): string {
  return join(folder, `eye-${index}.png`);
}
