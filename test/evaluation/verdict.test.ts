import { describe, expect, it } from 'vitest';
import type { Measures } from '../../src/evaluation/figures.js';
import { verdictOf } from '../../src/evaluation/verdict.js';

const test = (accuracy: number, half = 0.02) => ({
  accuracy,
  interval: [accuracy - half, accuracy + half] as const,
  count: 1000,
});
const distance = (value: number) => ({ distance: value, interval: [value - 0.003, value + 0.003] as const });
const statistics = {} as Measures['statistics'];

/** A run that learns, with some figures replaced. */
function measures(
  changes: {
    patch?: readonly [raw: number, refined: number];
    half?: number;
    distances?: readonly [raw: number, refined: number];
    labels?: Partial<Measures['labels']>;
  } = {},
): Measures {
  const { patch = [0.98, 0.6], half = 0.02, distances = [0.05, 0.02], labels } = changes;
  return {
    turing: {
      patch: { raw: test(patch[0], half), refined: test(patch[1], half) },
      whole: { raw: test(0.99), refined: test(0.9) },
    },
    distance: { raw: distance(distances[0]), refined: distance(distances[1]), real: distance(0) },
    statistics,
    labels: {
      pupil: pupil(0.7),
      perceptual: { mean: 0.1, interval: [0.09, 0.11] },
      similarity: { mean: 0.85, interval: [0.84, 0.86] },
      change: { mean: 0.1, interval: [0.09, 0.11] },
      variety: { synthetic: 40, refined: 30, real: 20 },
      ...labels,
    },
  };
}

function pupil(per55: number, kept = 0.95, count = 100): Measures['labels']['pupil'] {
  const per55Interval = [per55 - 0.1, per55 + 0.1] as const;
  const summary = { mean: per55, interval: per55Interval, median: per55, per55, per55Interval, count };
  return { ...summary, deviation: 0.5, kept, tracked: { ...summary, lost: 0 } };
}

describe('the verdict', () => {
  it('is learning where refined is measurably closer and labels are kept', () => {
    expect(verdictOf(measures()).state).toBe('learning');
    expect(verdictOf(measures({ patch: [0.98, 0.55] })).words).toMatch(/nearly at chance/);
  });

  it.each([
    ['identity', { labels: { change: { mean: 0.004, interval: [0.003, 0.005] } } }],
    ['collapse', { labels: { variety: { synthetic: 40, refined: 5, real: 20 } } }],
    ['nothing to learn', {}],
    ['worse', { distances: [0.02, 0.05] }],
    ['worse', { patch: [0.8, 0.95] }],
    ['labels lost', { labels: { pupil: pupil(2.5) } }],
    ['labels lost', { labels: { pupil: pupil(0.7, 0.4) } }],
    ['labels lost', { labels: { pupil: pupil(Number.NaN, 0, 0) } }],
    ['labels lost', { labels: { similarity: { mean: 0.2, interval: [0.1, 0.3] } } }],
    ['begins to learn', { patch: [0.9, 0.88] }],
    ['begins to learn', { half: 0.25 }],
    ['begins to learn', { patch: [0.98, 0.965], half: 0.001 }],
    ['labels lost', { patch: [0.9, 0.88], labels: { pupil: pupil(2.5) } }],
    ['no progress', { patch: [0.9, 0.88], distances: [0.05, 0.046] }],
    ['no progress', { half: 0.25, distances: [0.05, 0.046] }],
    ['no progress', { patch: [0.98, 0.965], half: 0.001, distances: [0.05, 0.046] }],
    ['no progress', { distances: [0.02, 0.0201] }],
  ] as const)('is %s where %o', (state, changes) => {
    const given = measures(changes);
    const nothing = { raw: test(0.51), refined: test(0.5) };
    const all = state === 'nothing to learn' ? { ...given, turing: { patch: nothing, whole: nothing } } : given;
    expect(verdictOf(all).state).toBe(state);
  });

  it('mentions that pupils could not be measured', () => {
    const { state, words } = verdictOf(measures({ labels: { pupil: pupil(Number.NaN, Number.NaN, 0) } }));
    expect(state).toBe('learning');
    expect(words).toMatch(/pupils could not be found/);
  });

  it.each([
    ['real', { synthetic: 40, refined: 30, real: 0.2 }],
    ['synthetic', { synthetic: 0, refined: 0, real: 20 }],
    ['synthetic input and the real', { synthetic: 0, refined: 0, real: 0 }],
  ])('is nothing to learn where the %s input shows one picture', (named, variety) => {
    const { state, words } = verdictOf(measures({ labels: { variety } }));
    expect(state).toBe('nothing to learn');
    expect(words).toMatch(new RegExp(`^The ${named} input shows? one picture only`));
  });

  it('gives distances and accuracies in the verdict begins to learn', () => {
    const { words } = verdictOf(measures({ patch: [0.97, 0.96], distances: [0.044, 0.016] }));
    expect(words).toMatch(/distance 0\.0160 refined, 0\.0440 raw/);
    expect(words).toMatch(/96\.0 % for refined and 97\.0 % for raw pictures/);
    expect(words).toMatch(/Labels are kept: pupils move by 0\.70/);
  });

  it('never contains NaN', () => {
    for (const per55 of [0.5, Number.NaN]) {
      expect(verdictOf(measures({ labels: { pupil: pupil(per55, per55, 0) } })).words).not.toContain('NaN');
    }
  });
});
