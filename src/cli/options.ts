import { parseArgs } from 'node:util';
import { EvenkeelError } from '../core/errors.ts';
import { didYouMean } from '../core/suggestion.ts';

/** What an option takes: nothing, or a value like the example. */
type OptionKind = 'flag' | { readonly example: string };

interface ParsedOptions<Name extends string> {
  readonly flags: ReadonlySet<Name>;
  readonly values: Readonly<Partial<Record<Name, string>>>;
  /** Every value of an option, for those that may be given several times. */
  readonly all: Readonly<Partial<Record<Name, readonly string[]>>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a subcommand's arguments; the last of an option's values counts.
 * @param maximum how many arguments that are no options there may be
 * @throws EvenkeelError `bad-argument`: an unknown option, one without its value, an argument too many
 */
export function parseOptions<Name extends string>(
  args: readonly string[],
  options: Readonly<Record<Name, OptionKind>>,
  maximum: number,
): ParsedOptions<Name> {
  const names = Object.keys(options);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      names.map((name) => [name, { type: options[name as Name] === 'flag' ? 'boolean' : 'string' } as const]),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const flags = new Set<Name>();
  const values: Partial<Record<Name, string>> = {};
  const all: Partial<Record<Name, readonly string[]>> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(options, token.name)) {
      const hint = didYouMean(token.name, names).replace(/"(.*)"/, '--$1') || ' See --help.';
      throw bad(`There is no option ${token.rawName}.${hint}`);
    }
    const name = token.name as Name;
    const kind = options[name];
    if (kind === 'flag') {
      if (token.value !== undefined) throw bad(`--${name} takes no value.`);
      flags.add(name);
    } else {
      // An option after an option is a forgotten value, unless it is a negative number (which has a sentence of its own).
      const forgotten = token.value?.startsWith('-') && !token.inlineValue && !/^-\d/.test(token.value);
      if (!token.value || forgotten) throw bad(`--${name} needs a value, such as --${name} ${kind.example}.`);
      values[name] = token.value;
      all[name] = [...(all[name] ?? []), token.value];
    }
  }
  const extra = positionals[maximum];
  if (extra !== undefined) throw bad(`There is one argument too many: ${JSON.stringify(extra)}. See --help.`);
  return { flags, values, all, positionals };
}

/** An error in what was typed: exit code 2. */
export function bad(sentence: string): EvenkeelError {
  return new EvenkeelError('bad-argument', sentence);
}
