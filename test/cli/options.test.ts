import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addOptions, parseDuration, parseSetting, parseSize } from '../../src/cli/options.js';
import { number } from '../../src/options/kinds.js';
import { option } from '../../src/options/option.js';

describe('parseSetting', () => {
  it('parses numbers, booleans and texts, and collects them', () => {
    let set = parseSetting('lambda=0.25');
    for (const text of ['balance=false', 'loss=global', 'name=a=b']) set = parseSetting(text, set);
    expect(set).toEqual({ lambda: 0.25, balance: false, loss: 'global', name: 'a=b' });
  });

  it.each(['', 'lambda', '=1', 'lambda=', '1=2', 'a b=1', '--set=1'])('refuses %j', (text) => {
    expect(() => parseSetting(text)).toThrow('as lambda=1');
  });
});

describe('a number of the command line', () => {
  const parsed = (text: string) => {
    const command = addOptions(new Command().exitOverride(), {
      eyeSpan: option({ is: number(0.2, 2), help: 'A width.' }),
    });
    return command.parse(['--eye-span', text], { from: 'user' }).opts().eyeSpan;
  };

  it('is accepted within its bounds', () => {
    expect(['0.2', '1', '2'].map(parsed)).toEqual([0.2, 1, 2]);
  });

  it.each(['', ' ', 'x', '0.1', '2.1', 'Infinity'])('is refused as %j', (text) => {
    expect(() => parsed(text)).toThrow(
      `option --eye-span is '${text}': it must be a number from 0.2 to 2`.replace(/'(\d.*)'/, '$1'),
    );
  });
});

describe('sizes and times', () => {
  it('are parsed in all their forms', () => {
    expect(parseSize('64x48')).toEqual({ width: 64, height: 48 });
    expect([parseDuration('90'), parseDuration('2m'), parseDuration('1.5h')]).toEqual([90, 120, 5400]);
  });
});
