/** Options in words, for the reference page and the lists of the command line. */
import { shown, wordsOf } from './kinds.js';
import type { OptionRecord } from './option.js';

/** One option, in words. */
export interface OptionReference {
  readonly name: string;
  /** What the option does, in whole sentences. */
  readonly help: string;
  /** The allowed values, for example `a number from 0 to 1`. */
  readonly allowed: string;
  /** The default, in words where it depends on other options or on the run; `undefined` where there is none. */
  readonly default: string | undefined;
  /** The default in presets where it differs, by preset. */
  readonly presets: Readonly<Record<string, string>>;
  /** Whether the content of a checkpoint depends on it, so that it cannot change within a run. */
  readonly fixed: boolean;
  /** Whether it must be given. */
  readonly required: boolean;
}

/** Describes these options in words, in the order of their declaration. */
export function referenceOf(options: object): readonly OptionReference[] {
  return Object.entries(options as OptionRecord).map(([name, declared]) => ({
    name,
    help: declared.help,
    allowed: wordsOf(declared.is),
    default: declared.defaultWords ?? (declared.default === undefined ? undefined : shown(declared.default)),
    presets: Object.fromEntries(
      Object.entries(declared.presets ?? {}).map(([preset, value]) => [preset, shown(value)]),
    ),
    fixed: declared.fixed ?? false,
    required: declared.required ?? false,
  }));
}

/** Formats these options as a Markdown list with an item for each. */
export function markdownOf(options: object): string {
  return referenceOf(options).map(markdownItem).join('\n');
}

function markdownItem({ name, help, allowed, default: value, presets, fixed, required }: OptionReference): string {
  const parts = [allowed[0]?.toUpperCase() + allowed.slice(1)];
  if (required) parts.push('required');
  if (value !== undefined) parts.push(`default ${value}`);
  for (const [preset, other] of Object.entries(presets)) parts.push(`\`${preset}\` ${other}`);
  if (fixed) parts.push('cannot change within a run');
  return `- **\`${name}\`**: ${help} *${parts.join('; ')}.*`;
}
