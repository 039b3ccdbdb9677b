/** The command line's own form of options: their names, and how a text becomes a value. */
import { type Command, Option as CommandOption } from 'commander';
import { checkOption, refusal } from '../options/check.js';
import type { Kind } from '../options/kinds.js';
import type { Given, Option, OptionRecord } from '../options/option.js';

/** Reads the text of an option; gets what the option was given before where it may be given again. */
type Reader = (text: string, before?: never) => unknown;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `64` or `64x48`, in pixels. */
export function parseSize(text: string): Size {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  if (!match) throw refusal('--size', text, 'a size in pixels, as 64 or 64x48');
  return { width: Number(match[1]), height: Number(match[2] ?? match[1]) };
}

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** `90`, `120s`, `2m`, `1h`, as seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match || Number(match[1]) <= 0) throw refusal('--duration', text, 'a time as 90, 120s, 2m or 1h');
  return Number(match[1]) * SECONDS[(match[2] ?? 's') as keyof typeof SECONDS];
}

/** Gathers `name=value`, a value being JSON where it is: `lambda=1`, `balance=false`, `discriminatorOutput=image`. */
export function parseSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const match = /^([A-Za-z]\w*)=(.+)$/s.exec(text);
  if (!match) throw refusal('--set', text, 'an option of the recipe and its value, as lambda=1');
  const [, name = '', value = ''] = match;
  try {
    return { ...before, [name]: JSON.parse(value) };
  } catch {
    return { ...before, [name]: value };
  }
}

/** How texts of options are read that are neither numbers nor words. */
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

/** The values of declared options among all that a command was given. */
export function given<R extends object>(declared: R, values: Readonly<Record<string, unknown>>): Given<R> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(declared, name))) as Given<R>;
}

function commandOption(name: string, declared: Option<unknown>, reader?: Reader): CommandOption {
  const { is, help, placeholder = is.type === 'number' ? 'n' : 'text', required = false } = declared;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (is.type === 'boolean') {
    return declared.default === true
      ? new CommandOption(`--no-${flag.slice(2)}`, `Turns this off: ${help}`)
      : new CommandOption(flag, help);
  }
  const made = new CommandOption(`${flag} <${placeholder}>`, `${help}${defaultIn(declared)}`);
  if ('options' in is) made.choices((is.options as readonly unknown[]).map(String));
  made.makeOptionMandatory(required);
  return made.argParser((text: string, before: unknown) => {
    const value = reader ? reader(text, before as never) : read(is, text);
    return checkOption(flag, declared, value);
  });
}

function defaultIn({
  default: value,
  defaultWords = value === undefined ? undefined : String(value),
}: Option<unknown>) {
  return defaultWords === undefined ? '' : ` (default: ${defaultWords})`;
}

/** A number where it is one and the option takes numbers, else the text, which its check may refuse. */
function read(kind: Kind<unknown>, text: string): unknown {
  return kind.type === 'number' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
