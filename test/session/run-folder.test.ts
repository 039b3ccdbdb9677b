import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepReport } from '../../src/models/types.js';
import { RunFolder } from '../../src/session/run-folder.js';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'irisflow-run-')), 'run');
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const report = (step: number): StepReport => ({
  step,
  time: 1000 + step,
  phase: 'adversarial',
  losses: { refiner: 1 / step },
  accuracy: { real: 0.5, refined: 0.5 },
  change: 0.1,
  skipped: 0,
});

describe('RunFolder', () => {
  it('keeps its config', () => {
    expect(RunFolder.readConfig(path)).toBeUndefined();
    const folder = RunFolder.open(path);
    const config = { config: { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 }, crop: 'eyes' };
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
  });

  it('writes each report at once and drops those beyond the checkpoint when it rewinds', () => {
    const folder = RunFolder.open(path);
    for (const step of [1, 2, 3, 4]) folder.append(report(step));
    const file = join(path, 'metrics.jsonl');
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(4);
    appendFileSync(file, '{"step": 5, "ti'); // killed while writing
    expect(folder.rewind(2).map(({ step }) => step)).toEqual([1, 2]);
    folder.append(report(3));
    folder.close();
    expect(RunFolder.open(path).rewind(9)).toEqual([report(1), report(2), report(3)]);
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
