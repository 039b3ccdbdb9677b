import { describe, expect, it } from 'vitest';
import type { StepReport } from '../../../src/models/types.js';
import { RunCurves } from '../../../src/runs/progress/losses-chart.js';

const report = (step: number, more: Partial<StepReport> = {}): StepReport => ({
  step,
  time: 0,
  phase: 'adversarial',
  losses: { generator: 1 / step, discriminator: 1.4 },
  accuracy: { real: 0.6, refined: 0.4 },
  skipped: 0,
  ...more,
});

/** As it stands in a file: NaN is null there. */
const read = (one: StepReport) => JSON.parse(JSON.stringify(one)) as StepReport;

describe('the curves of a run', () => {
  it('are its losses and its accuracy, and what else it measured has a panel', () => {
    const curves = new RunCurves();
    for (let step = 1; step <= 30; step++) curves.add(read(report(step)));
    const plain = curves.svg('a run');
    for (const words of ['a run', 'Losses', 'generator', 'discriminator', 'accuracy', 'on real', 'on made'])
      expect(plain).toContain(words);
    expect(plain).not.toMatch(/Told|change|psnr/);
    const heldOut = {
      accuracy: { real: 1, refined: 0 },
      variety: 1,
      spread: { real: 1 },
      twoSample: { refined: 0.7, synthetic: 0.9 },
      measures: { psnr: 24 },
    };
    for (const step of [40, 60])
      curves.add(read(report(step, { heldOut, change: 0.1, measures: { cycle: 0.2, psnr: 22 } })));
    const more = curves.svg('a run');
    for (const words of ['Told from real', 'Mean change', 'psnr', 'cycle', 'held out', 'in training'])
      expect(more).toContain(words);
    expect(curves.step).toBe(60);
  });

  it('can have gaps and no numbers at all', () => {
    const curves = new RunCurves();
    const svg = curves.svg('');
    expect(svg).toMatch(/^<svg.*<\/svg>\n$/s);
    curves.add(
      read(report(1, { losses: { generator: Number.NaN }, accuracy: { real: Number.NaN, refined: Number.NaN } })),
    );
    expect(curves.svg('')).not.toContain('NaN');
  });
});
