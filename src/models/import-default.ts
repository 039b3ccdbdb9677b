/** Imports a user's module, in JavaScript or TypeScript. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Tsx = typeof import('tsx/esm/api');

/** Node's error codes for a TypeScript module that it cannot run by itself. */
const NEEDS_TSX = ['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'];

/**
 * The default export of the module at `path`. TypeScript that Node cannot run by itself is run by the package `tsx` of the project that
 * the module belongs to. Rejects with what the module throws, or with what has to be changed or installed.
 */
export async function importDefault(path: string): Promise<unknown> {
  const { href } = pathToFileURL(path);
  try {
    return (await import(href)).default;
  } catch (error) {
    if (!NEEDS_TSX.includes(codeOf(error)) || !/\.m?ts$/.test(path)) throw error;
  }
  const { register } = await loadTsx(path);
  if (!(path.endsWith('.mts') || inModuleProject(dirname(path)))) {
    const remedy = 'Let its name end in .mts, or put "type": "module" into package.json';
    throw new Error(`it is TypeScript of a CommonJS project. ${remedy}`);
  }
  const unregister = register();
  try {
    // Node remembers that the import of the plain address failed, so the address must differ.
    return (await import(`${href}?tsx`)).default;
  } finally {
    await unregister();
  }
}

/** Whether the nearest package.json says that files are ES modules. */
function inModuleProject(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  return folder !== dirname(folder) && inModuleProject(dirname(folder));
}

/** The `tsx` that a module at `path` would import. */
async function loadTsx(path: string): Promise<Tsx> {
  const require = createRequire(path);
  let manifest: string;
  try {
    manifest = require.resolve('tsx/package.json');
  } catch (cause) {
    const message = `Node ${process.versions.node} does not run this TypeScript by itself. Run npm install --save-dev tsx, or use Node 22.18 or later, which strips types`;
    throw new Error(message, { cause });
  }
  // `require` would load the CommonJS form, which looks for its hooks in a folder that does not exist.
  const { exports } = require(manifest) as { exports: { './esm/api': { import: { default: string } } } };
  return import(pathToFileURL(join(dirname(manifest), exports['./esm/api'].import.default)).href);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
