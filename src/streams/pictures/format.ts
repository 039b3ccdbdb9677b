/** Tells picture formats by their first bytes, whatever a file is called, and bounds the work that a JPEG asks for. */

/** The formats that are read. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';

/** The format of a picture's bytes, or in words what they are that is not read. Drawings and documents are none: they can name files. */
export function pictureFormat(bytes: Uint8Array): { readonly format: PictureFormat } | { readonly not: string } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  if (start.startsWith('\xff\xd8\xff')) return { format: 'jpeg' };
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return { format: 'png' };
  if (/^RIFF....WEBP/s.test(start)) return { format: 'webp' };
  if (/^GIF8[79]a/.test(start)) return { format: 'gif' };
  if (/^(?:II[*+]\0|MM\0[*+])/.test(start)) return { format: 'tiff' };
  const brands = /^....ftyp(.{4})....((?:[\w ]{4})*)/s.exec(start);
  if (brands) {
    const all = `${brands[1]}${brands[2]}`;
    if (/avi[fs]/.test(all)) return { format: 'avif' };
    if (/hei[cxms]|hev[cxms]|mif1|msf1/.test(all)) {
      return { not: 'it is a HEIC photo, which is not read: export it as JPEG, or convert it with heif-convert' };
    }
  }
  if (/<svg|<\?xml|<!DOCTYPE|<html/i.test(start))
    return { not: 'it is a drawing or document, not a picture of pixels' };
  if (start.startsWith('%PDF')) return { not: 'it is a PDF document, not a picture' };
  if (start.startsWith('BM')) return { not: 'it is a BMP, which is not read: convert it to PNG' };
  return { not: 'its content is no JPEG, PNG, WebP, GIF, TIFF or AVIF' };
}

/** Passes over the picture that a progressive JPEG may take. Encoders make about ten. */
const MOST_SCANS = 20;

/**
 * Why a JPEG is not to be decoded: `undefined` where it may be. Decoding a progressive JPEG takes time in proportion to pixels times scans,
 * of which a small file can hold thousands, and no time limit of the decoder holds within one.
 */
export function refusedJpeg(bytes: Uint8Array, maxPixels: number): string | undefined {
  let scans = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    // Between segments lies entropy-coded data, in which FF is followed by 00, a restart marker, or more FF.
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff || marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) {
      at = bytes.indexOf(0xff, at + 1);
      if (at < 0) return undefined;
      continue;
    }
    if (marker === 0xd9) return undefined;
    const length = (bytes[at + 2] as number) * 256 + (bytes[at + 3] as number);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at + 5, at + 9);
      const pixels = (a * 256 + b) * (c * 256 + d);
      if (pixels > maxPixels) return `it has ${pixels} pixels, more than ${maxPixels}`;
    }
    if (marker === 0xda && ++scans > MOST_SCANS) {
      return `it is a JPEG of more than ${MOST_SCANS} scans, which would take long to decode: save it anew, not progressive`;
    }
    at += 2 + Math.max(2, length);
  }
  return undefined;
}
