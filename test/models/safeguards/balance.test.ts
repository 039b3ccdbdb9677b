import { describe, expect, it } from 'vitest';
import { Balance, balanceFrom, type DiscriminatorScores } from '../../../src/models/safeguards/balance.js';

const CHANCE = 2 * Math.LN2;
const EVEN: DiscriminatorScores = { real: 0.6, refined: 0.6, loss: 1.3 };
const STRONG: DiscriminatorScores = { real: 1, refined: 1, loss: 0.01 };
const WEAK: DiscriminatorScores = { real: 0.4, refined: 0.4, loss: 2 * CHANCE };

/** Turns of the steps that follow each observation. */
function turns(balance: Balance, match: DiscriminatorScores, count: number): string[] {
  return Array.from({ length: count }, () => {
    balance.observe(match);
    return balance.turn;
  });
}

describe('Balance', () => {
  it('does nothing while the two are matched', () => {
    expect(new Set(turns(new Balance(), EVEN, 5_000))).toEqual(new Set(['both']));
  });

  it('pauses a discriminator that is right on everything, not at its first lucky steps', () => {
    const seen = turns(new Balance(), STRONG, 200);
    const first = seen.indexOf('refiner');
    expect(first).toBeGreaterThan(20);
    expect(seen.slice(first, first + 100)).toEqual(Array(100).fill('refiner'));
    expect(seen[first + 100]).toBe('both');
  });

  it('lets it play again as soon as it is matched', () => {
    const balance = new Balance();
    while (balance.turn === 'both') balance.observe(STRONG);
    // While it pauses only the refiner's side is seen.
    const seen = turns(balance, { refined: 0.5 }, 30);
    expect(seen.indexOf('both')).toBeLessThan(10);
  });

  it('takes no discriminator for strong that calls everything refined', () => {
    expect(turns(new Balance(), { real: 0.1, refined: 1, loss: 1.3 }, 1_000)).not.toContain('refiner');
  });

  it('pauses the refiner while the discriminator does worse than guessing', () => {
    const balance = new Balance();
    while (balance.turn === 'both') balance.observe(WEAK);
    expect(balance.turn).toBe('discriminator');
    expect(turns(balance, { ...EVEN, loss: 0.5 }, 20)).toContain('both');
  });

  it('gives both some steps between two pauses', () => {
    const balance = new Balance();
    const seen = turns(balance, STRONG, 200);
    expect(seen.lastIndexOf('refiner')).toBeGreaterThan(100);
    const pausedAgain = turns(balance, STRONG, 200).indexOf('refiner');
    expect(pausedAgain + (seen.length - 1 - seen.lastIndexOf('refiner'))).toBe(50);
  });

  it('counts no value that is not finite', () => {
    const balance = new Balance();
    const before = balance.state;
    balance.observe({ real: Number.NaN, refined: Number.POSITIVE_INFINITY, loss: Number.NaN });
    expect(balance.state).toEqual({ ...before, age: before.age + 1 });
  });

  it('goes on from its saved state as if it had never stopped', () => {
    const matches = [
      ...Array(60).fill(STRONG),
      ...Array(200).fill(EVEN),
      ...Array(100).fill(WEAK),
    ] as DiscriminatorScores[];
    const whole = new Balance();
    for (const match of matches) whole.observe(match);
    let parts = new Balance();
    for (const match of matches) {
      parts = new Balance(balanceFrom(JSON.parse(JSON.stringify(parts.state))));
      parts.observe(match);
    }
    expect(parts.state).toEqual(whole.state);
  });

  it.each([undefined, null, 7, {}, { turn: 'none', age: 0, real: 0, refined: 0, loss: 0 }, { turn: 'both', age: 'x' }])(
    'takes %j for no state',
    (value) => expect(balanceFrom(value)).toBeUndefined(),
  );
});
