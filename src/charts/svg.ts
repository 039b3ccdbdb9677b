/** SVG elements and colours that all charts share. */

/** `text` escaped for SVG and HTML. */
export function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character] as string);
}

/** A coordinate rounded to a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A text element; `attributes` are added to it. */
export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(words)}</text>`;
}

/** A complete SVG file with a title, made of `parts`. */
export function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13"><title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#ffffff"/>${parts.join('')}</svg>\n`;
}

/** Colours on white: for raw, real and refined pictures, secondary text and grid lines. */
export const COLOURS = {
  raw: '#b3452c',
  real: '#3b7a57',
  refined: '#2f5f9e',
  muted: '#6b6b6b',
  grid: '#e2e2e2',
} as const;
/** Colours for lines without an assigned colour, used cyclically. */
export const LINES = ['#2f5f9e', '#b3452c', '#3b7a57', '#7a4fa3', '#b07d12', '#20808d'] as const;
