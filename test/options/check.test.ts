import { describe, expect, it } from 'vitest';
import { numberOption } from '../../src/flow/options.js';
import { resolveOptions } from '../../src/options/check.js';
import { integer, names, number, oneOf, side, text, toggle } from '../../src/options/kinds.js';
import { option } from '../../src/options/option.js';
import { markdownOf, referenceOf } from '../../src/options/reference.js';

const declared = {
  share: option({ is: number(0, 1), default: 0.5, presets: { fast: 0.25 }, help: 'A share.' }),
  port: option({ is: integer(0, 65_535), help: 'A port.', defaultWords: 'any' }),
  width: option({ is: side(4, 24), default: 64, fixed: true, help: 'Columns.' }),
  engine: option({ is: oneOf('auto', 'onnx'), default: 'auto', help: 'An engine.' }),
  scale: option({ is: oneOf(2, 4), default: 2, help: 'A scale.' }),
  loop: option({ is: toggle, default: true, help: 'Plays again.' }),
  host: option({ is: text('a host name'), default: 'localhost', help: 'A host.' }),
  classes: option({ is: names('class names', 2, 3), default: ['a', 'b'], help: 'Classes.' }),
  least: option({ is: number(1), default: 1, help: 'At least one.' }),
  above: option({
    is: number(0, 10),
    default: 5,
    help: 'More than share.',
    fits: (value, { share }) => (value > Number(share) ? undefined : `more than share, ${share}`),
  }),
};

describe('resolveOptions', () => {
  it('fills in defaults, and keeps given values', () => {
    expect(resolveOptions('it', declared, { share: 1, port: undefined, loop: false })).toEqual({
      ...{ share: 1, width: 64, engine: 'auto', scale: 2, loop: false, host: 'localhost', classes: ['a', 'b'] },
      ...{ least: 1, above: 5, port: undefined },
    });
  });

  it.each([
    ['share', 2, 'option share is 2: it must be a number from 0 to 1'],
    ['share', Number.NaN, 'option share is NaN: it must be a number from 0 to 1'],
    ['share', '1', "option share is '1': it must be a number from 0 to 1"],
    ['port', -1, 'option port is -1: it must be a whole number from 0 to 65535'],
    ['port', 1.5, 'option port is 1.5: it must be a whole number from 0 to 65535'],
    ['width', 62, 'option width is 62: it must be a multiple of 4 from 24 to 1024'],
    ['engine', 'gpu', "option engine is 'gpu': it must be one of auto, onnx"],
    ['scale', 3, 'option scale is 3: it must be 2 or 4'],
    ['loop', 1, 'option loop is 1: it must be true or false'],
    ['host', '', "option host is '': it must be a host name"],
    ['classes', ['a', 'a'], 'option classes is ["a","a"]: it must be 2 to 3 different class names'],
    ['classes', ['a'], 'option classes is ["a"]: it must be 2 to 3 different class names'],
    ['least', Number.POSITIVE_INFINITY, 'option least is Infinity: it must be a number of at least 1'],
    ['above', 0.5, 'option above is 0.5: it must be more than share, 0.5'],
    ['hots', 'x', /^it has no option hots \(did you mean host\?\); its options are share, port, /],
    ['temperature', 1, /^it has no option temperature; its options are share, port, /],
    ['toString', 1, /^it has no option toString/],
  ])('refuses %s %j', (name, value, message) => {
    const error = { code: 'USAGE', message: typeof message === 'string' ? message : expect.stringMatching(message) };
    expect(() => resolveOptions('it', declared, { [name]: value })).toThrow(expect.objectContaining(error));
  });

  it('refuses a missing required option', () => {
    const required = { run: option({ is: text('the path of a folder'), required: true, help: 'A run.' }) };
    expect(() => resolveOptions('it', required, {} as { run: string })).toThrow(
      'option run is undefined: it must be the path of a folder',
    );
  });

  it('has the same message as single options of operators', () => {
    expect(() => numberOption('share', 2, 0, 1)).toThrow('option share is 2: it must be a number from 0 to 1');
  });
});

describe('the reference of options', () => {
  it('has the help, allowed values and default of each option', () => {
    const [share, port, width] = referenceOf(declared);
    expect(share).toMatchObject({
      name: 'share',
      allowed: 'a number from 0 to 1',
      default: '0.5',
      presets: { fast: '0.25' },
    });
    expect(port).toMatchObject({ name: 'port', default: 'any', presets: {}, fixed: false });
    expect(width).toMatchObject({ fixed: true });
    expect(markdownOf(declared)).toContain('- **`share`**: A share. *A number from 0 to 1; default 0.5; `fast` 0.25.*');
  });
});
