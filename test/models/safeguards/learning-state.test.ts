import { describe, expect, it } from 'vitest';
import { type LearningState, type RecipeTraits, recipeNamed, watchLearning } from '../../../src/models/index.js';
import type { HeldOutReport, StepReport } from '../../../src/models/types.js';

const EVERY = 20;

const REPORT: StepReport = {
  step: 0,
  time: 0,
  phase: 'adversarial',
  losses: { discriminator: 1.3 },
  crossEntropy: 1.3,
  accuracy: { real: 0.6, refined: 0.55 },
  change: 0.2,
  variety: 0.9,
  skipped: 0,
};

/** The classifier is far less accurate on refined pictures than on raw ones, and the discriminator is above chance. */
const LEARNS: HeldOutReport = {
  accuracy: { real: 0.7, refined: 0.7 },
  change: 0.2,
  variety: 0.9,
  structure: 0.9,
  spread: { synthetic: 0.3, real: 0.2 },
  twoSample: { refined: 0.62, synthetic: 0.95 },
};

/** Steps with reports that differ from the usual one, and what they measure every twenty steps; `null`: nothing. */
type Run = readonly [steps: number, heldOut?: Partial<HeldOutReport> | null, report?: Partial<StepReport>];

const UNPAIRED: RecipeTraits = {
  ...{ learnsFrom: 'unpaired', keepsPicture: true, control: 'inputs' },
  holds: ['lambda', 'structure'],
};
const PAIRED: RecipeTraits = { learnsFrom: 'pairs', keepsPicture: false, control: 'inputs' };
const OF_NOISE: RecipeTraits = { learnsFrom: 'pictures', keepsPicture: false, control: 'double-exposures' };

/** The states that a training went through, each once. */
const states = (...runs: Run[]) => statesOf(watchLearning(UNPAIRED), runs);

function statesOf(watch: ReturnType<typeof watchLearning>, runs: readonly Run[]): LearningState[] {
  const seen: LearningState[] = [];
  let step = 0;
  for (const [count, heldOut, report] of runs) {
    for (let i = 0; i < count; i++) {
      step++;
      const measured = step % EVERY === 0 && heldOut !== null ? { heldOut: { ...LEARNS, ...heldOut } } : {};
      const state = watch({ ...REPORT, ...report, ...measured, step });
      if (state.name !== seen.at(-1)?.name) seen.push(state);
    }
  }
  return seen;
}

const names = (...runs: Run[]) => states(...runs).map(({ name }) => name);
const last = (...runs: Run[]) => states(...runs).at(-1)!;

describe('watchLearning', () => {
  it('says that it learns when an independent classifier sees it, and no sooner than there is something to average', () => {
    const seen = states([3_000]);
    expect(seen.map(({ name }) => name)).toEqual(['starting', 'learning']);
    expect(seen[1]!.since).toBeGreaterThanOrEqual(100);
    expect(seen[1]!.since).toBeLessThan(300);
    expect(seen[1]!.message).toMatch(/refined patches with an accuracy of 62 %, and raw ones with 95 %/);
    expect(seen[1]!.trouble).toBe(false);
  });

  it('says equilibrium when the discriminator, too, is at chance on pictures it has not seen', () => {
    const even = { accuracy: { real: 0.45, refined: 0.6 }, twoSample: { refined: 0.55, synthetic: 0.95 } };
    expect(names([3_000, even])).toEqual(['starting', 'equilibrium']);
  });

  it.each([
    ['no-progress', { twoSample: { refined: 0.94, synthetic: 0.95 } }, /no progress.*94 %/, false],
    [
      'identity-collapse',
      { change: 0.002, twoSample: { refined: 0.95, synthetic: 0.95 } },
      /almost nothing.*lambda/,
      true,
    ],
    ['mode-collapse', { variety: 0.05 }, /become alike: they have 5 % of the variety of their inputs.*lambda/, true],
    ['structure-lost', { structure: 0.1 }, /no longer show/, true],
    [
      'discriminator-wins',
      { accuracy: { real: 0.99, refined: 0.98 }, twoSample: { refined: 0.97, synthetic: 0.97 } },
      /discriminator is too strong: it is right about 98 %.*lambda/,
      true,
    ],
    [
      'discriminator-lost',
      { accuracy: { real: 0.5, refined: 0.5 }, twoSample: { refined: 0.95, synthetic: 0.95 } },
      /is too weak.*50 %.*95 %.*discriminatorLrScale/,
      true,
    ],
    ['frozen-input', { spread: { synthetic: 0.3, real: 0 } }, /one picture only.*camera/, true],
  ] as const)('names %s, and never calls it learning', (name, heldOut, message, trouble) => {
    expect(names([3_000, heldOut])).toEqual(['starting', name]);
    expect(last([3_000, heldOut])).toMatchObject({ name, trouble, message: expect.stringMatching(message) });
    // Also where it went well before, and learning again after.
    expect(names([1_000], [1_000, heldOut], [1_000])).toEqual(
      expect.arrayContaining(['starting', 'learning', name, 'learning']),
    );
  });

  it('names the options of the recipe in its advice, and none that it has not', () => {
    const stuck: Run = [3_000, { twoSample: { refined: 0.94, synthetic: 0.95 } }];
    const advice = (holds: readonly string[]) =>
      statesOf(watchLearning({ ...UNPAIRED, holds }), [stuck]).at(-1)!.message;
    expect(advice(['cycle', 'identity'])).toMatch(
      /If this continues, lower cycle or identity, or use more varied pictures\.$/,
    );
    expect(advice([])).toMatch(/If this continues, use more varied pictures\.$/);
  });

  it('measures pictures made of noise against double exposures', () => {
    const generated = { change: undefined, structure: undefined, spread: { real: 0.2 } };
    const of = (...runs: Run[]) => statesOf(watchLearning(OF_NOISE), runs);
    expect(of([3_000, generated]).at(-1)!.message).toMatch(
      /^The generator is learning: .* generated patches .* 62 %.*double exposures with 95 %/,
    );
    // A classifier that has not learnt anything yet does not count as success.
    const blind = { ...generated, twoSample: { refined: 0.5, synthetic: 0.5 } };
    expect(of([400, blind]).map(({ name }) => name)).toEqual(['starting']);
    expect(of([3_000, blind]).map(({ name }) => name)).toEqual(['starting', 'cannot-tell']);
  });

  it('does not call it learning that inputs are alike from the start, however well refined ones pass', () => {
    const alike = { twoSample: { refined: 0.5, synthetic: 0.52 }, accuracy: { real: 0.5, refined: 0.5 } };
    expect(names([400, alike])).toEqual(['starting']);
    expect(names([3_000, alike])).toEqual(['starting', 'inputs-alike']);
    // Of pairs an input may look like its target: there is something to learn all the same, which the classifier cannot see.
    const paired = { ...alike, change: undefined, structure: undefined };
    expect(statesOf(watchLearning(PAIRED), [[3_000, paired]]).map(({ name }) => name)).toEqual([
      'starting',
      'cannot-tell',
    ]);
    const watch = watchLearning(PAIRED);
    const report = (step: number) => ({ ...REPORT, step, heldOut: { ...LEARNS, ...paired } });
    const [now] = Array.from({ length: 600 }, (_, i) => watch(report(i + 1))).slice(-1);
    expect(now!.message).toMatch(/cannot be measured.*raw ones with an accuracy of only 52 %.*own measures/);
  });

  it('does not say that inputs are alike where there is no second input, though pictures keep their content', () => {
    const alike = { twoSample: { refined: 0.5, synthetic: 0.52 }, accuracy: { real: 0.5, refined: 0.5 } };
    const seen = statesOf(watchLearning(recipeNamed('srgan')), [[3_000, alike]]);
    expect(seen.map(({ name }) => name)).toEqual(['starting', 'cannot-tell']);
    expect(seen[1]!.message).toMatch(/those of the baseline with an accuracy of only 52 %/);
  });

  it('uses what a recipe declares, whatever else a report holds', () => {
    const lost = { change: 0.002, structure: 0.1 };
    expect(names([3_000, lost])).toEqual(['starting', 'structure-lost']);
    expect(statesOf(watchLearning(PAIRED), [[3_000, lost]]).map(({ name }) => name)).toEqual(['starting', 'learning']);
  });

  it('claims nothing while the classifier has not learnt to tell raw pictures', () => {
    expect(names([450, { twoSample: { refined: 0.4, synthetic: 0.58 } }])).toEqual(['starting']);
  });

  it('claims nothing where nothing is measured, nor in pre-training', () => {
    expect(names([5_000, null])).toEqual(['starting']);
    expect(names([2_000, {}, { phase: 'pretrain-discriminator' }], [80])).toEqual(['starting']);
  });

  it('does not change the state after two bad measurements', () => {
    const bad = { twoSample: { refined: 0.99, synthetic: 0.95 }, accuracy: { real: 1, refined: 1 } };
    expect(names([1_000], [40, bad], [1_000])).toEqual(['starting', 'learning']);
  });

  it('gives its present numbers, not those of when the state began', () => {
    const watch = watchLearning(UNPAIRED);
    let state: LearningState | undefined;
    for (let step = EVERY; step <= 4_000; step += EVERY) {
      const twoSample = { refined: step < 3_000 ? 0.7 : 0.6, synthetic: 0.95 };
      for (let i = 0; i < EVERY; i++) state = watch({ ...REPORT, step: step + i });
      state = watch({ ...REPORT, step, heldOut: { ...LEARNS, twoSample } });
    }
    expect(state).toMatchObject({ name: 'learning', message: expect.stringMatching(/ 60 %/) });
    expect(state!.since).toBeLessThan(400);
  });
});

describe('divergence', () => {
  const refusing = (count: number, from: number): Run[] =>
    Array.from({ length: count }, (_, i) => [1, null, { skipped: from + i + 1, losses: {} }] as const);

  it('is ten refused steps in a row, not nine, and passes with them', () => {
    expect(names([100], ...refusing(9, 0), [100, {}, { skipped: 9 }])).not.toContain('diverged');
    const seen = states([400], ...refusing(30, 0), [400, {}, { skipped: 30 }]);
    expect(seen.map(({ name }) => name)).toEqual(['starting', 'learning', 'diverged', 'learning']);
    expect(seen[2]).toMatchObject({
      since: 410,
      trouble: true,
      message: expect.stringMatching(/^The training has diverged: 10 steps/),
    });
  });

  it('is remembered for a while after good weights were brought back', () => {
    const rolled = { skipped: 10, rollbacks: 1 };
    const seen = states([400], ...refusing(9, 0), [190, {}, rolled], [300, {}, rolled]);
    expect(seen.map(({ name }) => name)).toEqual(['starting', 'learning', 'diverged', 'learning']);
    expect(seen[2]!.message).toMatch(/at step 410 the last good weights were restored \(1 times/);
    expect(seen[3]!.since).toBeGreaterThan(600);
  });

  it('is a cross-entropy that runs away, and no loss of another unit', () => {
    expect(last([400], [400, {}, { crossEntropy: 40 }])).toMatchObject({ name: 'diverged' });
    expect(last([400], [400, {}, { losses: { discriminator: -40, refiner: 40 } }])).toMatchObject({ name: 'learning' });
  });

  it('is not made of steps refused before it began to watch', () => {
    expect(names([1_000, {}, { skipped: 50, rollbacks: 3 }])).toEqual(['starting', 'learning']);
  });
});
