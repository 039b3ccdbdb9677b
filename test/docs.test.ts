/** The code in the README and in doc comments: each piece compiles as pasted into a strict project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

interface Piece {
  readonly where: string;
  readonly code: string;
}

function inReadme(): Piece[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ''], i) => ({
    where: `README.md, piece ${i + 1}`,
    code,
  }));
}

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
  ...inReadme(),
  ...readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap(inComments),
];
const files = new Map(
  pieces.map((piece, i) => [join(root, `piece-${i}.ts`), { ...piece, code: `${piece.code}\nexport {};` }]),
);

describe('code in the documentation', () => {
  it('compiles as pasted', () => {
    expect(inReadme().length).toBeGreaterThan(1);
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
