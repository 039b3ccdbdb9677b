/** The options of `cgan`. */
import { names } from '../options/kinds.js';
import { option, withOptions } from '../options/option.js';
import { dcganOptions } from './dcgan-options.js';
import type { ConfigOf } from './options/configure.js';

/** The declarations of the options of `cgan`. */
export const cganOptions = withOptions(dcganOptions, {
  classes: option({
    is: names('class names', 2, 256),
    default: [...'0123456789'],
    presets: { gaze: ['centre', 'left', 'right', 'up', 'down'] },
    fixed: true,
    help: 'The names of the classes. Sessions take them from the labelled input.',
  }),
});

/** The option values of a `cgan` training. */
export type CganConfig = ConfigOf<typeof cganOptions>;
