/** Embeds pictures of a report in HTML as lossless data URLs. */
import sharp from 'sharp';
import { escaped } from '../../charts/svg.js';
import { type Pictures, pictureAt } from '../../measures/pictures.js';

/** An image element that contains the picture. */
export async function imageOf(pictures: Pictures, index: number, alternative: string): Promise<string> {
  const { width, height } = pictures;
  const png = await sharp(pictureAt(pictures, index), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const source = `data:image/png;base64,${png.toString('base64')}`;
  return `<img src="${source}" width="${width}" height="${height}" alt="${escaped(alternative)}">`;
}
