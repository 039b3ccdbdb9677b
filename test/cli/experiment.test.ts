import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, start } from './run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-cli-experiment-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('irisflow experiment gaze', () => {
  it.each([
    ['minutes that are none', ['--minutes', 'ten'], /minutes/],
    ['minutes and steps', ['--minutes', '1', '--steps', '10'], /not both/],
    [
      'an unknown ablation',
      ['--ablations', 'loss,colour'],
      /ablations .*colour.*: it must be some of camera,history,loss/,
    ],
    ['an unknown preset', ['--preset', 'best'], /live, paper, dcgan-autoencoder/],
    ['too few pictures', ['--pictures', '3'], /from 100/],
  ])('refuses %s with one line and exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await run(['experiment', 'gaze', ...args], folder);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('exits with 130 on Ctrl-C during training, and keeps the finished results', async () => {
    const args = ['--steps', '100000', '--pictures', '100', '--gaze-steps', '5', '--seeds', '1', '--no-classifiers'];
    const running = start(['experiment', 'gaze', ...args, '--json', '--output', 'results'], folder);
    await running.line(({ event, what }) => event === 'progress' && String(what).includes('refiner'));
    running.child.kill('SIGINT');
    const { code, stdout } = await running.outcome;
    expect(code).toBe(130);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) as string);
    expect(last).toMatchObject({ event: 'interrupted', plan: { steps: 100_000, classifiers: false } });
    expect(last.rows.map((row: { variant: { name: string } }) => row.variant.name)).toEqual(['raw', 'real']);
    const { cells } = JSON.parse(readFileSync(join(folder, 'results', 'results.json'), 'utf8'));
    expect(cells.map(({ variant }: { variant: string }) => variant)).toEqual(['raw', 'real']);
  });
});
