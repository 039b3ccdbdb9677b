/** Removes the comments of the built JavaScript. The declarations keep them, which is where editors read them, and the package gets smaller. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const compilerOptions = { removeComments: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };

for (const path of readdirSync(dist, { recursive: true })) {
  // The chart library is copied as its authors publish it.
  if (!path.endsWith('.js') || path.endsWith('uplot.js')) continue;
  const file = join(dist, path);
  const text = readFileSync(file, 'utf8');
  if (!/\/[/*]/.test(text)) continue;
  const stripped = ts.transpileModule(text, { compilerOptions }).outputText;
  if (stripped !== text) writeFileSync(file, stripped);
}
