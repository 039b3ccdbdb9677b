/** What all charts are drawn with. */

/** Text as it stands, in SVG and HTML. */
export function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character] as string);
}

/** A coordinate, to a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Words at a place; `more`: further attributes. */
export function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(words)}</text>`;
}

/** A picture of these parts that stands by itself, as a file. */
export function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13"><title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#ffffff"/>${parts.join('')}</svg>\n`;
}

/** Colours on white: of raw, real and refined pictures, and for others. */
export const COLOURS = {
  raw: '#b3452c',
  real: '#3b7a57',
  refined: '#2f5f9e',
  muted: '#6b6b6b',
  grid: '#e2e2e2',
} as const;
/** Colours of lines that have none of their own, in turn. */
export const LINES = ['#2f5f9e', '#b3452c', '#3b7a57', '#7a4fa3', '#b07d12', '#20808d'] as const;
