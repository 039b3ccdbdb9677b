import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepReport } from '../../src/models/types.js';
import { MetricsFile } from '../../src/runs/metrics-file.js';

let folder: string;
let path: string;
let file: MetricsFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-metrics-'));
  path = join(folder, 'metrics.jsonl');
  file = new MetricsFile(path);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const report = (step: number): StepReport => ({
  step,
  time: 1000 + step,
  phase: 'adversarial',
  losses: { refiner: 1 / step },
  accuracy: { real: 0.5, refined: 0.5 },
  change: 0.1,
  skipped: 0,
});

async function steps(): Promise<number[]> {
  const seen = [];
  for await (const { step } of file.reports()) seen.push(step);
  return seen;
}

describe('MetricsFile', () => {
  it('writes each report at once, a line each', async () => {
    expect(await steps()).toEqual([]);
    for (const step of [1, 2, 3]) {
      file.append(report(step));
      expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(step);
    }
    expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[1])).toEqual(report(2));
  });

  it.each([
    [0, []],
    [2, [1, 2]],
    [9, [1, 2, 3, 4]],
  ])('rewinds to step %d', async (step, left) => {
    for (const made of [1, 2, 3, 4]) file.append(report(made));
    file.rewind(step);
    expect(await steps()).toEqual(left);
    file.append(report(step + 1));
    expect(await steps()).toEqual([...left, step + 1]);
  });

  it('drops a line that a killed process did not finish, and passes over one that is damaged', async () => {
    file.append(report(1));
    appendFileSync(path, '{"step": 2, "ti\n');
    file.append(report(3));
    appendFileSync(path, '{"step": 4, "time": 10');
    expect(await steps()).toEqual([1, 3]);
    file.rewind(9);
    file.append(report(4));
    expect(await steps()).toEqual([1, 3, 4]);
  });

  it('finds the step in a file of many chunks', async () => {
    const all = Array.from({ length: 5000 }, (_, index) => report(index + 1));
    writeFileSync(path, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
    file.rewind(4321);
    expect((await steps()).length).toBe(4321);
    file.rewind(17);
    expect((await steps()).at(-1)).toBe(17);
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true);
  });

  it('does nothing to a file that is not there', () => {
    file.rewind(3);
    expect(existsSync(path)).toBe(false);
  });

  it('says what cannot be written', () => {
    mkdirSync(path);
    const failure = expect.objectContaining({ code: 'SINK', message: expect.stringContaining('metrics.jsonl') });
    expect(() => file.append(report(1))).toThrow(failure);
    expect(() => file.rewind(1)).toThrow(failure);
  });
});
