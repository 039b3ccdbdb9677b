/** The code in Markdown files and in doc comments: each piece compiles as pasted into a strict project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { blocksIn, markdownFiles, root } from './markdown.js';

const src = join(root, 'src');

interface Piece {
  readonly where: string;
  readonly code: string;
}

const inMarkdown = markdownFiles.flatMap((file) =>
  blocksIn(file, 'ts').map((code, i): Piece => ({ where: `${file.path}, piece ${i + 1}`, code })),
);

/** Everything after `@example` up to the next tag or the end of the comment, fences left out. */
function inComments(path: string): Piece[] {
  const comments = readFileSync(join(src, path), 'utf8').matchAll(/\/\*\*(.*?)\*\//gs);
  return [...comments].flatMap(([, comment = '']) =>
    comment
      .replace(/^\s*\* ?/gm, '')
      .split(/^@example$/m)
      .slice(1)
      .map((text) => text.replace(/^@(throws|param|returns|see)\b.*$/ms, '').replace(/^```.*$/gm, ''))
      .map((code, i) => ({ where: `src/${path}, example ${i + 1}: ${code.trim().split('\n')[0]}`, code })),
  );
}

const pieces = [
  ...inMarkdown,
  ...readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap(inComments),
];
const files = new Map(
  pieces.map((piece, i) => [join(root, `piece-${i}.ts`), { ...piece, code: `${piece.code}\nexport {};` }]),
);

describe('code in the documentation', () => {
  it('compiles as pasted', () => {
    expect(inMarkdown.filter(({ where }) => where.startsWith('README.md')).length).toBeGreaterThan(1);
    expect(inMarkdown.length).toBeGreaterThan(8);
    expect(pieces.length).toBeGreaterThan(30);
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      module: ts.ModuleKind.NodeNext,
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile } = host;
    host.readFile = (name) => files.get(name)?.code ?? readFile(name);
    host.fileExists = (name) => files.has(name) || fileExists(name);
    host.getSourceFile = (name, language, ...more) => {
      const piece = files.get(name);
      return piece ? ts.createSourceFile(name, piece.code, language) : getSourceFile(name, language, ...more);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    const problems = [...files].flatMap(([name, { where }]) => {
      const file = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
    expect(problems).toEqual([]);
  });
});
