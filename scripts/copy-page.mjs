// Copies the files of the viewer that tsc does not: HTML, CSS and the chart library.
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = join(root, 'src/viewer/page');
const to = join(root, 'dist/viewer/page');
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  if (/\.(html|css|svg)$/.test(name)) cpSync(join(from, name), join(to, name));
}
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
cpSync(join(uplot, 'dist/uPlot.esm.js'), join(to, 'uplot.js'));
cpSync(join(uplot, 'dist/uPlot.min.css'), join(to, 'uplot.css'));
