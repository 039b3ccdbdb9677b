import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const dist = pathToFileURL(join(import.meta.dirname, '../../../dist/index.js')).href;

it.each([
  ['the calling thread', `import { openEngine } from '${dist}'; await openEngine('onnx');`],
  ['a worker thread', `import { InferenceWorker } from '${dist}'; await InferenceWorker.open({ engine: 'onnx' });`],
])('ONNX Runtime does not start its reporting in %s', (_, program) => {
  // Its reporting begins with a log in the folder for temporary files.
  const folder = mkdtempSync(join(tmpdir(), 'irisflow-privacy-'));
  const { ORT_DISABLE_TELEMETRY: _unset, CI: _ci, ...env } = process.env;
  const report = `${program} console.log(process.env.ORT_DISABLE_TELEMETRY); process.exit();`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', report], {
    env: { ...env, TMPDIR: folder },
    encoding: 'utf8',
  });
  expect(printed.trim()).toBe('1');
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
