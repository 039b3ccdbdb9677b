/** What is generated from the declarations of options: the reference, and the comments that editors show. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { optionsReference } from '../../scripts/options-reference.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('docs/options.md is what npm run docs:options writes', () => {
  expect(readFileSync(`${root}docs/options.md`, 'utf8')).toBe(optionsReference());
});

it('the built declarations have the help of each option', () => {
  const expected = [
    ['LiveSessionOptions', 'port', /The port of the page.*Default: 8787/],
    ['SimganConfig', 'lambda', /self-regularisation.*Default: 0\.5/],
    ['AdversarialConfig', 'emaDecay', /running average/],
    ['EvaluateRunOptions', 'synthetic', /not trained on/],
  ] as const;
  const name = `${root}hover.ts`;
  const types = expected.map(([type]) => type);
  const code = `import type { ${types.join(', ')} } from 'irisflow';
    ${types.map((type) => `export declare const of${type}: ${type};`).join('\n')}`;
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, language, ...more) =>
    path === name ? ts.createSourceFile(path, code, language) : getSourceFile(path, language, ...more);
  const program = ts.createProgram([name], options, host);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(name) as ts.SourceFile) as ts.Symbol;
  for (const [type, option, comment] of expected) {
    const value = checker.getExportsOfModule(module).find((symbol) => symbol.name === `of${type}`) as ts.Symbol;
    const property = checker.getPropertyOfType(checker.getTypeOfSymbol(value), option);
    expect(ts.displayPartsToString(property?.getDocumentationComment(checker)), type).toMatch(comment);
  }
});
