// Removes files from dist/ whose sources no longer exist, because they would be packed and found by folder listings.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
if (existsSync(dist)) {
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = join(root, 'src', path.replace(/(\.d\.ts|\.js)$/, ''));
    const hasSource = existsSync(`${source}.ts`) || existsSync(`${source}.d.ts`);
    if (/\.map$/.test(path) || (/\.(js|d\.ts)$/.test(path) && !hasSource)) rmSync(join(dist, path));
  }
}
