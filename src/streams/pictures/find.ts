/** Finds the picture files of a folder or glob, in natural order. */
import { stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { IrisflowError } from '../../errors.js';

const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif'];
/** Pictures of these kinds are counted and named, because they are not read. */
const UNREAD =
  /\.(?:heic|heif|hif|bmp|jfif|jxl|jp2|j2k|jpx|svg|psd|ico|tga|ppm|pgm|pbm|pnm|exr|hdr|qoi|dds|xcf|raw|dng|cr2|cr3|nef|arw|orf|rw2|raf)$/i;
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

/** What a folder or a glob leads to. */
export interface FoundPictures {
  readonly pictures: string[];
  /** The folder that the others are in. */
  readonly root: string;
  /** How many files are pictures of a kind that is not read, in words; absent where there are none. */
  readonly unread?: string;
}

/**
 * The picture files in a folder and its subfolders, those that match a glob, or a single file.
 *
 * @throws {IrisflowError} `INPUT` when there are none.
 */
export async function findPictures(folderOrGlob: string): Promise<string[]> {
  return (await searchPictures(folderOrGlob)).pictures;
}

/** {@link findPictures}, with what else was found. */
export async function searchPictures(folderOrGlob: string): Promise<FoundPictures> {
  const info = await stat(folderOrGlob).catch(() => undefined);
  if (info?.isFile()) return { pictures: [folderOrGlob], root: dirname(folderOrGlob) };
  const options = { expandDirectories: false };
  const found = info?.isDirectory()
    ? (await glob('**/*', { ...options, cwd: folderOrGlob })).map((path) => join(folderOrGlob, path))
    : await glob(process.platform === 'win32' ? folderOrGlob.replaceAll('\\', '/') : folderOrGlob, {
        ...options,
        absolute: isAbsolute(folderOrGlob),
      });
  const pictures = found.filter(isPictureName).sort(naturalOrder);
  const unread = unreadIn(found);
  if (pictures.length > 0) {
    const root = info ? folderOrGlob : commonFolder(pictures);
    return { pictures, root, ...(unread !== undefined && { unread }) };
  }
  const where = info ? `in the folder ${folderOrGlob}` : `at ${folderOrGlob}`;
  throw new IrisflowError(
    'INPUT',
    `There are no pictures ${where} (looked for ${EXTENSIONS.join(', ')}${unread ? `; ${unread}` : ''})`,
  );
}

function unreadIn(files: readonly string[]): string | undefined {
  const kinds = new Map<string, number>();
  for (const file of files) {
    if (!UNREAD.test(file)) continue;
    const kind = extname(file).toLowerCase();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  if (kinds.size === 0) return undefined;
  const total = [...kinds.values()].reduce((sum, count) => sum + count);
  const named = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${total} ${total === 1 ? 'picture is' : 'pictures are'} of a kind that is not read (${named})`;
}

/** The innermost folder that holds all files. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '');
  const holds = (file: string) => !relative(folder, file).startsWith(`..${sep}`);
  while (!files.every(holds) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
