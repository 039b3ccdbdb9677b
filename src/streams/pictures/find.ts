/** Finds the picture files of a folder or glob, in natural order. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { glob } from 'tinyglobby';
import { IrisflowError } from '../../errors.js';

const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif'];
const PICTURE = new RegExp(`\\.(?:${EXTENSIONS.join('|')})$`, 'i');

/** Whether a file name has the extension of a picture format. */
export function isPictureName(path: string): boolean {
  return PICTURE.test(path);
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Compares paths folder by folder, and numbers in names by value: `eye2.png` before `eye10.png`. */
export function naturalOrder(a: string, b: string): number {
  const left = a.split(/[\\/]/);
  const right = b.split(/[\\/]/);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = natural.compare(left[i] as string, right[i] as string);
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : Number(a > b));
}

/**
 * The picture files in a folder and its subfolders, those that match a glob, or a single file.
 *
 * @throws {IrisflowError} `INPUT` when there are none.
 */
export async function findPictures(folderOrGlob: string): Promise<string[]> {
  const info = await stat(folderOrGlob).catch(() => undefined);
  if (info?.isFile()) return [folderOrGlob];
  const options = { expandDirectories: false };
  const found = info?.isDirectory()
    ? (await glob('**/*', { ...options, cwd: folderOrGlob })).map((path) => join(folderOrGlob, path))
    : await glob(process.platform === 'win32' ? folderOrGlob.replaceAll('\\', '/') : folderOrGlob, {
        ...options,
        absolute: isAbsolute(folderOrGlob),
      });
  const pictures = found.filter(isPictureName).sort(naturalOrder);
  if (pictures.length > 0) return pictures;
  const where = info ? `in the folder ${folderOrGlob}` : `at ${folderOrGlob}`;
  throw new IrisflowError('INPUT', `There are no pictures ${where} (looked for ${EXTENSIONS.join(', ')})`);
}
