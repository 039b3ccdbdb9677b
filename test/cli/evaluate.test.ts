/** `irisflow evaluate` as its user runs it, on a run of a few steps. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationTable } from '../../src/cli/evaluation-table.js';
import type { EvaluationReport } from '../../src/evaluation/index.js';
import { eyePictures } from '../pictures.js';
import { run, start } from './run-cli.js';

let folder: string;
let dir: string;
let synthetic: string;
let real: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-evaluate-'));
  dir = join(folder, 'run');
  synthetic = await eyePictures(join(folder, 'synthetic'), 14, 24, 1);
  real = await eyePictures(join(folder, 'real'), 12, 24, 2);
  await eyePictures(join(folder, 'few'), 4, 24, 3);
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'a.png'), 'no picture');
  const train = ['train', '--synthetic', synthetic, '--real', real, '--crop', 'none', '--size', '24', '--run', dir];
  expect((await run([...train, '--steps', '3'], folder)).code).toBe(0);
  writeFileSync(join(dir, 'milestones', 'step-00000002.irf'), 'damaged');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('irisflow evaluate', () => {
  const args = () => ['evaluate', '--run', dir, '--synthetic', synthetic, '--real', real, '--folds', '2'];

  it('writes figures and a self-contained page, reports progress, and gives no positive verdict after three steps', async () => {
    const { code, stdout, stderr } = await run([...args(), '--json'], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const notices = lines.filter(({ event }) => event === 'notice').map(({ message }) => message);
    expect(notices).toContainEqual(expect.stringMatching(/step-00000002\.irf cannot be read.*left out/));
    expect(notices).toContainEqual(expect.stringMatching(/step 3 is the best version so far/));
    const phases = new Set(lines.filter(({ event }) => event === 'progress').map(({ phase }) => phase));
    expect([...phases]).toEqual([
      'reading synthetic',
      'reading real',
      'refining',
      'labels',
      'features',
      'patches',
      'whole pictures',
      'report',
    ]);
    const totals = lines.filter(({ event }) => event === 'progress').map(({ total }) => total as number);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(totals.at(-1)).toBe(1);

    const folderOfReport = join(dir, 'evaluation');
    expect(readdirSync(folderOfReport).sort()).toEqual(['report.html', 'report.json']);
    const report = JSON.parse(readFileSync(join(folderOfReport, 'report.json'), 'utf8')) as EvaluationReport;
    expect(lines.at(-1)).toMatchObject({ event: 'report', ...report });
    expect(report).toMatchObject({
      format: 1,
      step: 3,
      preset: 'live',
      width: 24,
      height: 24,
      crop: 'none',
      inputs: { synthetic: { count: 14, trainedOn: true }, real: { count: 12, trainedOn: true } },
      turing: { patch: { raw: { count: 26 } }, paper: { raw: 0.81, refined: 0.517 } },
    });
    const figures = [
      ...[report.turing.patch, report.turing.whole].flatMap(({ raw, refined }) => [raw, refined]),
      report.distance.raw,
      report.distance.refined,
      report.distance.real,
      report.labels.similarity,
      report.labels.perceptual,
      report.labels.change,
    ];
    for (const {
      value,
      interval: [low, high],
    } of figures) {
      expect(low!).toBeLessThanOrEqual(value!);
      expect(high!).toBeGreaterThanOrEqual(value!);
    }
    // Three steps change next to nothing, and the verdict does not claim otherwise.
    expect(report.labels.similarity.value!).toBeGreaterThan(0.9);
    expect(report.verdict.state).not.toBe('learning');
    expect(report.score).toBeGreaterThanOrEqual(0);

    const table = evaluationTable(report);
    expect(table).toMatch(/classifier accuracy, 16×16 patches +\d+\.\d % \(/);
    expect(table).toMatch(/the same, tracked +.*\d+ eyes, \d+ lost/);
    expect(table).toMatch(/not held out: the run was trained on this synthetic and real input/);
    expect(table).toMatch(/score \d/);
    expect(table).not.toMatch(/NaN|undefined|null/);

    const page = readFileSync(join(folderOfReport, 'report.html'), 'utf8');
    expect(page).toContain('Not held out');
    expect(page).toContain('pupil movement, tracked');
    expect(page).toContain('>step 0<');
    expect(page).toContain('>step 3<');
    expect(page.match(/(?:src|href)="(?!data:)/g)).toBeNull();
    expect(page).not.toMatch(/https?:/);
    expect(page.match(/<img src="data:image\/png;base64,/g)!.length).toBe(3 * 12 + 4 * 3);
  });

  it.each([
    ['a run without checkpoint', ['--run', 'none', '--synthetic', 'eyes', '--real', 'real'], /no checkpoint in none/],
    ['a missing input', ['--run', 'run', '--synthetic', 'nothing', '--real', 'real'], /no file or folder nothing/],
    ['no readable picture', ['--run', 'run', '--synthetic', 'broken', '--real', 'real'], /broken/],
    [
      'too few pictures',
      ['--run', 'run', '--synthetic', 'eyes', '--real', 'few'],
      /only 4 pictures: give an input with at least 10/,
    ],
    ['a missing option', ['--run', 'run', '--synthetic', 'eyes'], /--real/],
    ['a count that is too small', ['--run', 'run', '--synthetic', 'eyes', '--real', 'real', '--count', '3'], /10/],
    ['one fold', ['--run', 'run', '--synthetic', 'eyes', '--real', 'real', '--folds', '1'], /2 to 100/],
    ['no face', ['--run', 'run', '--synthetic', 'real', '--real', 'real', '--crop', 'face'], /has no face/],
  ])('refuses %s in one line, with exit code 2', async (_, wrong, message) => {
    const { code, stdout, stderr } = await run(['evaluate', ...wrong, '--json'], folder);
    expect(stderr.trim().split('\n').at(-1)).toMatch(message);
    expect(stderr).not.toMatch(/ at .*\.js/);
    expect(stdout).not.toContain('"report"');
    expect(code).toBe(2);
  });

  it('exits with 130 when it is interrupted, and writes nothing', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    cpSync(join(dir, 'checkpoint.irf'), join(other, 'checkpoint.irf'));
    const running = start(
      ['evaluate', '--run', other, '--synthetic', synthetic, '--real', real, '--crop', 'none', '--json'],
      folder,
    );
    await running.line(({ phase }) => phase === 'patches');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.outcome;
    expect(code).toBe(130);
    expect(stdout.trim().split('\n').at(-1)).toBe('{"event":"interrupted"}');
    expect(existsSync(join(other, 'evaluation'))).toBe(false);
  });
});
