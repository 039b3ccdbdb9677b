/** The package as its users get it: what is in it, what its entries declare, and what they need. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  imports: Record<string, string>;
};
const entries = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry]));

describe('the tarball', () => {
  let files: Map<string, number>;
  beforeAll(async () => {
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)('npm', pack, { cwd: root, shell: process.platform === 'win32' });
    const [{ files: packed }] = JSON.parse(stdout) as [{ files: { path: string; size: number }[] }];
    files = new Map(packed.map(({ path, size }) => [path, size]));
  });

  it('has every file that package.json names', () => {
    const named = [
      ...entries.flatMap(({ types, default: code }) => [types, code]),
      ...Object.values(manifest.bin),
      ...Object.values(manifest.imports).filter((path) => !path.includes('*')),
    ];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !files.has(path.replace('./', '')))).toEqual([]);
    for (const name of ['index.html', 'style.css', 'main.js', 'uplot.js', 'uplot.css']) {
      expect([...files.keys()]).toContain(`dist/viewer/page/${name}`);
    }
  });

  it('has nothing else than docs, examples and built code, each from a source of today, and stays small', () => {
    const paths = [...files.keys()];
    const others = paths.filter((path) => !/^(dist|docs|examples)\//.test(path));
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'package.json',
    ]);
    const copied = /^dist\/viewer\/page\/([\w-]+\.(html|css|svg)|uplot\.js)$/;
    const built = paths.filter((path) => path.startsWith('dist/') && !copied.test(path));
    const orphans = built.filter(
      (path) =>
        !/\.(js|d\.ts)$/.test(path) || !existsSync(join(root, path.replace(/^dist\/(.*?)(\.d)?\.[jt]s$/, 'src/$1.ts'))),
    );
    expect(orphans, 'run npm run build').toEqual([]);
    const size = (of: readonly string[]) => of.reduce((sum, path) => sum + (files.get(path) ?? 0), 0);
    expect(size(paths.filter((path) => !/^(docs|examples)\//.test(path)))).toBeLessThan(2e6);
    expect(size(paths)).toBeLessThan(4e6);
  });

  it('has every picture and page that its pages link to', () => {
    const pages = [...files.keys()].filter((path) => path.endsWith('.md'));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, to = '']) =>
        join(dirname(page), to).replaceAll('\\', '/'),
      ),
    );
    expect(links.length).toBeGreaterThan(5);
    const there = (to: string) => files.has(to) || [...files.keys()].some((path) => path.startsWith(`${to}/`));
    expect([...new Set(links)].filter((to) => !there(to))).toEqual([]);
  });

  it('points to no source map that is not in it', () => {
    const code = [...files.keys()].filter((path) => path.endsWith('.js'));
    const pointing = code.filter((path) => readFileSync(join(root, path), 'utf8').includes('//# sourceMappingURL='));
    expect(pointing).toEqual([]);
  });
});

describe('the declarations', () => {
  // As a strict consumer compiles them: no types but those that they bring themselves.
  const program = ts.createProgram(
    entries.map(({ types }) => join(root, types)),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
    },
  );
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.includes('/dist/') && !fileName.includes('/node_modules/'));

  it('compile without types of Node.js or of any package that has none of its own', () => {
    expect(ours.length).toBeGreaterThan(20);
    const imported = ours.flatMap(({ text }) => ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName));
    const packages = new Set(imported.filter((name) => !name.startsWith('.')));
    expect([...packages].sort()).toEqual(['@tensorflow/tfjs-core', 'rxjs', 'valibot']);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(problems).toEqual([]);
  });

  it('say of every export what it is', () => {
    const checker = program.getTypeChecker();
    const exported = entries.flatMap(({ types }) => {
      const file = program.getSourceFile(join(root, types));
      const module = file && checker.getSymbolAtLocation(file);
      return module ? checker.getExportsOfModule(module).map((symbol) => ({ types, symbol })) : [];
    });
    expect(exported.length).toBeGreaterThan(100);
    const silent = exported.filter(({ symbol }) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return target.getDocumentationComment(checker).length === 0;
    });
    expect([...new Set(silent.map(({ symbol }) => symbol.name))].sort()).toEqual([]);
  });
});

describe('the code', () => {
  it('imports nothing that an installed package has not', () => {
    const allowed = new Set([
      ...builtinModules.map((name) => `node:${name}`),
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.optionalDependencies),
      ...Object.keys(manifest.peerDependencies),
      'irisflow',
    ]);
    const src = join(root, 'src');
    const foreign = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => ts.preProcessFile(readFileSync(join(src, path), 'utf8'), true, true).importedFiles)
      .map(({ fileName }) => fileName)
      .filter((name) => !/^[.#]/.test(name))
      .filter((name) => !allowed.has(name) && !allowed.has(name.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, '$1')));
    expect([...new Set(foreign)]).toEqual([]);
  });
});

describe('the lock file', () => {
  it('has every package of every platform, or npm ci refuses it', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});
