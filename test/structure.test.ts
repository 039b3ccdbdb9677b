/** Checks which room of src/ may import which, and that there are no import cycles. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));

/** The rooms that each room may import besides itself. A name with a slash is that file only. */
const allowed: Record<string, readonly string[]> = {
  frame: [],
  errors: [],
  random: [],
  evenly: [],
  charts: [],
  options: ['errors'],
  geometry: ['frame', 'errors'],
  flow: ['options', 'frame', 'errors'],
  engine: ['options', 'errors'],
  renderer: ['vision/luminance', 'random', 'frame', 'errors'],
  vision: ['engine', 'frame', 'errors'],
  models: ['options', 'vision', 'engine', 'random', 'frame', 'errors'],
  measures: ['models', 'vision', 'engine', 'random', 'evenly', 'frame', 'errors'],
  data: ['models/types', 'vision/luminance', 'geometry', 'flow', 'random', 'frame', 'errors'],
  streams: ['renderer', 'flow', 'random', 'frame', 'errors'],
  operators: ['data', 'models/types', 'vision', 'flow', 'geometry', 'random', 'frame', 'errors'],
  inputs: [
    'options',
    'measures',
    'operators',
    'data',
    'streams',
    'models',
    'vision',
    'flow',
    'evenly',
    'frame',
    'errors',
  ],
  runs: [
    'inputs/run-inputs',
    'inputs/run-input-options',
    'options',
    'models',
    'engine',
    'charts',
    'random',
    'evenly',
    'errors',
  ],
  workers: ['runs', 'models', 'vision', 'engine', 'frame', 'errors'],
  viewer: ['errors'],
  evaluation: [
    'options',
    'workers',
    'runs',
    'inputs',
    'measures',
    'operators',
    'data',
    'streams',
    'models',
    'vision',
    'renderer',
    'engine',
    'flow',
    'charts',
    'random',
    'evenly',
    'frame',
    'errors',
  ],
  session: [
    'options',
    'viewer/page-folder',
    'workers',
    'runs',
    'inputs',
    'operators',
    'data',
    'streams',
    'models',
    'vision',
    'engine',
    'flow',
    'frame',
    'errors',
  ],
  cli: ['options', 'session', 'evaluation', 'runs', 'inputs', 'streams', 'engine', 'flow/rate', 'errors'],
  index: [
    'viewer/page-folder',
    'session',
    'evaluation',
    'runs',
    'data',
    'operators',
    'streams',
    'models',
    'vision',
    'engine',
    'frame',
    'errors',
  ],
};

/** Each file of src/ by its path without an ending, and the files that it imports, types included. */
const imports = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, path), 'utf8'), true, true);
      const targets = importedFiles
        .map(({ fileName }) => fileName)
        .filter((name) => name.startsWith('.'))
        .map((name) => slashed(relative(root, join(root, dirname(path), name))));
      return [slashed(path), targets] as const;
    }),
);

function slashed(path: string): string {
  return path.replaceAll(sep, '/').replace(/(\.d)?\.[jt]s$/, '');
}

const partOf = (file: string): string => file.split('/')[0];

/** A way from a file back to itself, or undefined. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    way.push(file);
    for (const next of graph.get(file) ?? []) {
      const found = visit(next);
      if (found) return found;
    }
    way.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file);
    if (found) return found;
  }
  return undefined;
}

describe('the imports of src/', () => {
  it('are all found', () => {
    expect(imports.size).toBeGreaterThan(150);
    expect(imports.get('cli/live')).toContain('session/live-session'); // imported late
    expect(imports.get('engine/types')).toEqual([]);
    const lost = [...imports].flatMap(([file, targets]) =>
      targets.filter((target) => !imports.has(target)).map((target) => `${file} → ${target}`),
    );
    expect(lost).toEqual([]);
  });

  it('go one way: cli → session, evaluation → workers, runs → inputs → operators, streams, data → models → vision → engine', () => {
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => partOf(target) !== partOf(file))
        .filter((target) => !allowed[partOf(file)]?.some((name) => name === partOf(target) || name === target))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keep the page, which runs in a browser, apart', () => {
    const inPage = (file: string) => file.startsWith('viewer/page/');
    const crossing = [...imports].flatMap(([file, targets]) => targets.filter((to) => inPage(to) !== inPage(file)));
    expect(crossing).toEqual([]);
  });

  it('make no circle', () => {
    expect(cycle(imports)).toBeUndefined();
    expect(
      cycle(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['c', []],
          ['d', ['b']],
        ]),
      ),
    ).toEqual(['b', 'd', 'b']);
  });
});
