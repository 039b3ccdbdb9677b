import { describe, expect, it } from 'vitest';
import { type LearningTrouble, watchLearning } from '../../src/models/index.js';
import type { StepReport } from '../../src/models/types.js';

const HEALTHY: StepReport = {
  step: 0,
  time: 0,
  phase: 'adversarial',
  losses: {},
  accuracy: { real: 0.6, refined: 0.55 },
  change: 0.2,
  variety: 0.9,
  skipped: 0,
};

/** What a watch tells over runs of equal reports: `[how many, what differs from a healthy one]`. */
function told(...runs: [number, Partial<StepReport>][]): LearningTrouble[] {
  const watch = watchLearning();
  const all: LearningTrouble[] = [];
  let step = 0;
  for (const [count, changes] of runs) {
    for (let i = 0; i < count; i++) all.push(...watch({ ...HEALTHY, ...changes, step: ++step }));
  }
  return all;
}

const WINNING = { accuracy: { real: 0.995, refined: 0.99 } };

describe('watchLearning', () => {
  it('says nothing of learning that goes well, however long', () => {
    expect(told([5_000, {}])).toEqual([]);
  });

  it.each([
    ['discriminator-wins', WINNING, /the discriminator wins.*lambda/],
    ['identity', { change: 0.001 }, /next to nothing.*lambda/],
    ['mode-collapse', { variety: 0.05 }, /grow alike.*lambda/],
  ] as const)('names %s, once', (kind, changes, message) => {
    expect(told([2_000, changes])).toEqual([
      { kind, step: expect.any(Number), message: expect.stringMatching(message) },
    ]);
    expect(told([1_000, {}], [1_000, changes]).map((t) => t.kind)).toEqual([kind]);
  });

  it('names it again when it comes back', () => {
    expect(told([1_000, WINNING], [500, {}], [1_000, WINNING]).map((t) => t.kind)).toEqual([
      'discriminator-wins',
      'discriminator-wins',
    ]);
  });

  it('gives learning time to begin, and pre-training all it wants', () => {
    expect(told([299, { change: 0.001 }])).toEqual([]);
    const nothing = { real: Number.NaN, refined: Number.NaN };
    expect(told([2_000, { phase: 'pretrain-refiner', change: 0.001, accuracy: nothing }], [400, {}])).toEqual([]);
  });

  it('does not take a discriminator that calls everything real for a winner', () => {
    expect(told([2_000, { accuracy: { real: 1, refined: 0.1 } }])).toEqual([]);
  });

  it('names ten refused steps in a row, not nine', () => {
    const watch = watchLearning();
    let step = 0;
    const refuse = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) =>
        watch({ ...HEALTHY, losses: {}, change: Number.NaN, step: ++step, skipped: from + i + 1 }),
      ).flat();
    watch(HEALTHY);
    expect(refuse(9, 0)).toEqual([]);
    watch({ ...HEALTHY, skipped: 9 });
    expect(refuse(30, 9)).toEqual([
      { kind: 'not-finite', step: 19, message: expect.stringMatching(/^10 steps in a row/) },
    ]);
    // What the refused steps reported is not counted.
    for (let i = 0; i < 1_000; i++) expect(watch({ ...HEALTHY, skipped: 39 })).toEqual([]);
  });

  it('does not take steps refused before it began for news', () => {
    expect(told([100, { skipped: 50 }])).toEqual([]);
  });
});
