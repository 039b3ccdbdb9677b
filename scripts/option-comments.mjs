/**
 * Writes the help of each declared option above it in the built declarations, where editors show it. The text is read from the built
 * modules, so that it has one source, the declaration of the option.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const { referenceOf } = await import(pathToFileURL(join(dist, 'options/reference.js')));

const isRecord = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => one?.is && one.help);

for (const path of readdirSync(dist, { recursive: true })) {
  if (!/(options|common)\.d\.ts$/.test(path)) continue;
  const file = join(dist, path);
  const module = await import(pathToFileURL(file.replace(/\.d\.ts$/, '.js')));
  let text = readFileSync(file, 'utf8');
  for (const [name, value] of Object.entries(module)) if (isRecord(value)) text = commented(text, name, value);
  writeFileSync(file, text);
}

function commented(text, name, options) {
  const block = new RegExp(`(export declare const ${name}: [^{\\n]*\\{\\n)(.*?)(^\\};)`, 'ms');
  const comments = new Map(referenceOf(options).map((one) => [one.name, commentOf(one)]));
  return text.replace(block, (_, start, lines, end) => {
    const plain = lines.replace(/^ {4}\/\*\*.*\*\/\n/gm, '');
    return start + plain.replace(/^ {4}(\w+)\??: /gm, (line, key) => (comments.get(key) ?? '') + line) + end;
  });
}

function commentOf({ help, default: value, presets }) {
  const others = Object.entries(presets).map(([preset, other]) => `${preset} ${other}`);
  const defaults = value === undefined ? '' : ` Default: ${[value, ...others].join(', ')}.`;
  // Only the first sentence is written. The whole text is in docs/options.md.
  const sentence = /^.*?[.!?](?= [A-Z0]|$)/.exec(help)?.[0] ?? help;
  return `    /** ${`${sentence}${defaults}`.replaceAll('*/', '*\\/')} */\n`;
}
