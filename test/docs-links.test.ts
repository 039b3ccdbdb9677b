/** Links in Markdown files: what they name is in the repository. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MarkdownFile, markdownFiles, proseOf, root } from './markdown.js';

/** The anchors that a file's headings have on GitHub. */
function anchorsOf(file: MarkdownFile): Set<string> {
  const headings = [...proseOf(file).matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

const anchors = new Map(markdownFiles.map((file) => [file.path, anchorsOf(file)]));

/** Targets of links and pictures that are no addresses. */
function linksIn(file: MarkdownFile): string[] {
  return [...proseOf(file).matchAll(/\]\(([^()\s]+)\)|<img[^>]+src="([^"]+)"/g)]
    .map(([, link, picture]) => (link ?? picture) as string)
    .filter((target) => !/^[a-z]+:/i.test(target));
}

function isBroken({ path }: MarkdownFile, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const linked = file === '' ? path : normalize(join(dirname(path), decodeURIComponent(file)));
  if (!existsSync(join(root, linked))) return true;
  return anchor !== undefined && !(anchors.get(linked)?.has(anchor) ?? true);
}

/** Paths in the repository that prose names as code. What is built or made by a run does not count. */
function pathsIn(file: MarkdownFile): string[] {
  return [...proseOf(file).matchAll(/`((?:src|test|docs|examples|bench|scripts)\/[\w./-]*)`/g)]
    .map(([, path]) => path as string)
    .filter((path) => !path.startsWith('docs/api'));
}

describe('Markdown files', () => {
  it('link to files, pictures and headings that exist', () => {
    const all = markdownFiles.flatMap((file) => linksIn(file).map((target) => ({ file, target })));
    expect(all.length).toBeGreaterThan(50);
    const broken = all.filter(({ file, target }) => isBroken(file, target));
    expect(broken.map(({ file, target }) => `${file.path}: ${target}`)).toEqual([]);
  });

  it('name paths of the repository that exist', () => {
    const all = markdownFiles.flatMap((file) => pathsIn(file).map((path) => ({ file, path })));
    expect(all.length).toBeGreaterThan(30);
    const missing = all.filter(({ path }) => !existsSync(join(root, path)));
    expect(missing.map(({ file, path }) => `${file.path}: ${path}`)).toEqual([]);
  });
});
