/** Pictures side by side as one picture. */
import sharp from 'sharp';

/** The size of the pictures of a grid. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels across, at most. */
const WIDEST = 1024;
const MOST_COLUMNS = 8;
/** Pictures smaller than this are enlarged by whole numbers, or there is nothing to be seen. */
const LEAST_SIDE = 56;
const BACKGROUND = 32;

/** How many pictures of that width stand in a row: 8, of wide ones fewer. */
export function columnsOf(width: number): number {
  return Math.max(2, Math.min(MOST_COLUMNS, Math.floor(WIDEST / width)));
}

/** A row: RGB bytes of its pictures, one after the other. */
export type Row = Uint8Array;

export interface GridLook {
  /** Pixels between pictures. Default 2. */
  readonly gap?: number;
  /** Whether small pictures are enlarged. Default true. */
  readonly enlarge?: boolean;
}

/** RGB bytes. */
export interface GridPicture extends PictureSize {
  readonly data: Uint8Array;
}

/** One picture of rows of pictures, the first row on top. All rows are as long as the first. */
export function gridOf(
  rows: readonly Row[],
  { width, height }: PictureSize,
  { gap = 2, enlarge = true }: GridLook = {},
): GridPicture {
  const bytes = width * height * 3;
  const columns = Math.floor((rows[0]?.length ?? 0) / bytes);
  const scale = enlarge ? Math.max(1, Math.ceil(LEAST_SIDE / Math.max(width, height))) : 1;
  const [across, down] = [columns * (width * scale + gap) - gap, rows.length * (height * scale + gap) - gap];
  const grid = Buffer.alloc(across * down * 3, BACKGROUND);
  for (const [row, pictures] of rows.entries()) {
    for (let column = 0; column < columns; column++) {
      const picture = pictures.subarray(column * bytes, (column + 1) * bytes);
      const [left, top] = [column * (width * scale + gap), row * (height * scale + gap)];
      for (let y = 0; y < height * scale; y++) {
        let to = ((top + y) * across + left) * 3;
        const line = Math.floor(y / scale) * width * 3;
        if (scale === 1) grid.set(picture.subarray(line, line + width * 3), to);
        else {
          for (let x = 0; x < width * scale; x++) {
            const from = line + Math.floor(x / scale) * 3;
            for (let channel = 0; channel < 3; channel++) grid[to++] = picture[from + channel] as number;
          }
        }
      }
    }
  }
  return { data: grid, width: across, height: down };
}

/** The same as a PNG. */
export async function gridPng(rows: readonly Row[], size: PictureSize, look?: GridLook): Promise<Buffer> {
  const { data, width, height } = gridOf(rows, size, look);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The rows of a PNG that was made without gap and scale. `undefined` where its size is not that of whole pictures. */
export async function rowsOfPng(png: Uint8Array, { width, height }: PictureSize): Promise<Row[] | undefined> {
  const { data, info } = await sharp(png)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [columns, rows] = [info.width / width, info.height / height];
  if (!Number.isInteger(columns) || !Number.isInteger(rows) || info.channels !== 3) return undefined;
  return Array.from({ length: rows }, (_, row) => {
    const pictures = new Uint8Array(columns * width * height * 3);
    for (let column = 0; column < columns; column++) {
      for (let y = 0; y < height; y++) {
        const from = ((row * height + y) * info.width + column * width) * 3;
        pictures.set(data.subarray(from, from + width * 3), (column * height + y) * width * 3);
      }
    }
    return pictures;
  });
}
