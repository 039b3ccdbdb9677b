/** The Markdown files of the repository, for the tests of the documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface MarkdownFile {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
}

/** Those of the root folder and all below docs/ but the generated reference. */
export const markdownFiles: readonly MarkdownFile[] = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('docs', path))
    .filter((path) => !path.startsWith(join('docs', 'api'))),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The contents of the fenced blocks in one of these languages. */
export function blocksIn({ text }: MarkdownFile, ...languages: readonly string[]): string[] {
  return [...text.matchAll(/^ *```(\w*)\n(.*?)^ *```/gms)]
    .filter(([, language = '']) => languages.includes(language))
    .map(([, , code = '']) => code);
}

/** The text without its fenced blocks. */
export function proseOf({ text }: MarkdownFile): string {
  return text.replace(/^ *```.*?^ *```/gms, '');
}
