import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/runs/run-folder.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-run-'));
  path = join(folder, 'run');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('RunFolder', () => {
  it('keeps its config', () => {
    expect(RunFolder.readConfig(path)).toBeUndefined();
    const folder = RunFolder.open(path);
    const recipe = { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 };
    const config = { config: recipe, synthetic: 'eyes', real: 'face.mp4', crop: 'eyes' } as const;
    folder.writeConfig(config);
    folder.close();
    expect(RunFolder.readConfig(path)).toEqual(config);
  });

  it('says that a config is damaged', () => {
    RunFolder.open(path).close();
    writeFileSync(join(path, 'config.json'), '{"config"');
    expect(() => RunFolder.readConfig(path)).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
    writeFileSync(join(path, 'config.json'), '{}');
    expect(() => RunFolder.readConfig(path)).toThrow(/config\.recipe/);
    const recipe = { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 };
    for (const [name, value] of [
      ['crop', 'nose'],
      ['synthetic', 5],
      ['eyeSpan', 3],
    ]) {
      writeFileSync(join(path, 'config.json'), JSON.stringify({ config: recipe, [name as string]: value }));
      expect(() => RunFolder.readConfig(path)).toThrow(new RegExp(`config\\.json .*option ${name} is .*: it must be`));
    }
  });

  it('belongs to one living process and is taken over from a dead one', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const gone = new Promise((resolve) => other.once('exit', resolve));
    RunFolder.open(path).close();
    writeFileSync(join(path, 'lock'), String(other.pid));
    expect(() => RunFolder.open(path)).toThrow(`in use by process ${other.pid}`);
    other.kill('SIGKILL');
    await gone;
    RunFolder.open(path).close();
    expect(existsSync(join(path, 'lock'))).toBe(false);
  });

  it('refuses a path that cannot be a folder', () => {
    writeFileSync(`${path}-file`, '');
    expect(() => RunFolder.open(join(`${path}-file`, 'run'))).toThrow(expect.objectContaining({ code: 'INPUT' }));
    rmSync(`${path}-file`);
  });
});
