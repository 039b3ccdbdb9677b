/** Declared options as options of the command line: their names, and how a text becomes a value. */
import { type Command, Option as CommandOption } from 'commander';
import { checked, checkOption, refusal } from '../options/check.js';
import type { Kind } from '../options/kinds.js';
import type { Given, Option, OptionRecord } from '../options/option.js';

/** Parses the text of an option. `previous` is the value so far of an option that is given several times. */
type Reader = (text: string, previous?: never) => unknown;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Parses `64` or `64x48`, in pixels. */
export function parseSize(text: string): Size {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  if (!match) throw refusal('--size', text, 'a size in pixels, such as 64 or 64x48');
  return { width: Number(match[1]), height: Number(match[2] ?? match[1]) };
}

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** Parses `90`, `120s`, `2m` or `1h` into seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match || Number(match[1]) <= 0) throw refusal('--duration', text, 'a time such as 90, 120s, 2m or 1h');
  return Number(match[1]) * SECONDS[(match[2] ?? 's') as keyof typeof SECONDS];
}

/**
 * Adds `name=value` to the settings so far: `lambda=1`, `balance=false`, `discriminatorOutput=image`. A value that is not valid JSON is
 * taken as text.
 */
export function parseSetting(text: string, previous: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const match = /^([A-Za-z]\w*)=(.+)$/s.exec(text);
  if (!match) throw refusal('--set', text, 'an option of the recipe and its value, such as lambda=1');
  const [, name = '', value = ''] = match;
  try {
    return { ...previous, [name]: JSON.parse(value) };
  } catch {
    return { ...previous, [name]: value };
  }
}

/** The parsers of options that are neither numbers nor plain texts. */
export const READERS: Readonly<Record<string, Reader>> = {
  size: parseSize,
  duration: parseDuration,
  set: parseSetting,
};

/** Adds declared options to a command: `checkpointEvery` as `--checkpoint-every`. */
export function addOptions(command: Command, declared: object, readers = READERS): Command {
  for (const [name, one] of Object.entries(declared as OptionRecord))
    command.addOption(commandOption(name, one, readers[name]));
  return command;
}

/** Selects the values of the declared options from all values of a command. */
export function given<R extends object>(declared: R, values: Readonly<Record<string, unknown>>): Given<R> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(declared, name))) as Given<R>;
}

function commandOption(name: string, declared: Option<unknown>, reader?: Reader): CommandOption {
  const { is, help, placeholder = is.type === 'number' ? 'n' : 'text', required = false } = declared;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (is.type === 'boolean') {
    return declared.default === true
      ? new CommandOption(`--no-${flag.slice(2)}`, `Disables the following default behaviour. ${help}`)
      : new CommandOption(flag, help);
  }
  const option = new CommandOption(`${flag} <${placeholder}>`, `${help}${required ? REQUIRED : defaultIn(declared)}`);
  if ('options' in is) option.choices((is.options as readonly unknown[]).map(String));
  option.makeOptionMandatory(required);
  return option.argParser((text: string, previous: unknown) => {
    if (reader) return checked(flag, reader(text, previous as never), is, text);
    return checkOption(flag, declared, parsed(is, text));
  });
}

/** The mark of required options in the help. */
export const REQUIRED = ' (required)';

function defaultIn({
  default: value,
  defaultWords = value === undefined ? undefined : String(value),
}: Option<unknown>) {
  return defaultWords === undefined ? '' : ` (default: ${defaultWords})`;
}

/** A number where the option takes numbers and the text is one; else the text, which the option's check may refuse. */
function parsed(kind: Kind<unknown>, text: string): unknown {
  return kind.type === 'number' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
