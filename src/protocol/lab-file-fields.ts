import * as v from 'valibot';
import { EvenkeelError } from '../core/errors.ts';
import { didYouMean } from '../core/suggestion.ts';
import type { Path } from './lab-file-path.ts';
import { parseQuantity, printDuration, type Quantity, quote } from './units.ts';

/** Stands in a message for the name of the field, which only the finished issue knows. */
export const SUBJECT = '{field}';
/** Likewise for what holds the field. */
const PARENT = '{parent}';

/** `written`: a duration needs its unit (lab files). `machine`: a plain number is fine too, in ms, 1/s or 0–1 (commands). */
export type Numbers = 'written' | 'machine';

export type Schema<Output> = v.GenericSchema<unknown, Output>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A schema out of a function that answers the value or throws an EvenkeelError whose sentence begins with SUBJECT. */
export function read<Output>(parse: (value: unknown) => Output): Schema<Output> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Output>(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value);
      } catch (error) {
        if (!(error instanceof EvenkeelError)) throw error;
        addIssue({ message: error.message });
        return NEVER;
      }
    }),
  );
}

export function refuse(sentence: string): EvenkeelError {
  return new EvenkeelError('bad-argument', sentence);
}

/** How to go on from a word that is not known, to end a sentence with: the one it was meant to be, else all there are. */
export function suggest(word: string, known: readonly string[]): string {
  return didYouMean(word.slice(0, 60), known) || ` Use one of: ${known.join(', ')}.`;
}

/** Bounds of a number, both included unless `above` is used. */
export interface Range {
  readonly min?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  readonly max?: number;
}

export function number(range: Range = {}): Schema<number> {
  return read((value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw refuse(`${SUBJECT} must be a number, not ${quote(value)}.`);
    }
    return within(value, range, String);
  });
}

export function integer(min: number, max: number): Schema<number> {
  return read((value) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw refuse(`${SUBJECT} must be a whole number from ${min} to ${max}, not ${quote(value)}.`);
    }
    return value as number;
  });
}

/** A whole number, or the word for no limit. */
export function integerOrUnlimited(min: number): Schema<number | 'unlimited'> {
  return read((value) => {
    if (value === 'unlimited') return value;
    if (Number.isSafeInteger(value) && (value as number) >= min) return value as number;
    throw refuse(`${SUBJECT} must be a whole number from ${min} up, or unlimited, not ${quote(value)}.`);
  });
}

export const FLAG: Schema<boolean> = read((value) => {
  if (typeof value !== 'boolean') throw refuse(`${SUBJECT} must be true or false, not ${quote(value)}.`);
  return value;
});

export function quantity(kind: Quantity, numbers: Numbers, range: Range = {}): Schema<number> {
  const print = kind === 'duration' ? printDuration : kind === 'rate' ? (rate: number) => `${rate}/s` : String;
  return read((value) => within(parseQuantity(kind, value, SUBJECT, numbers), range, print));
}

/** A day: longer than any lesson, and within what a timer can wait. */
const DAY = 24 * 3_600_000;

/** A duration in ms, of at most a day. */
export function duration(numbers: Numbers, range: Range = {}): Schema<number> {
  return quantity('duration', numbers, { max: DAY, ...range });
}

function within(value: number, range: Range, print: (value: number) => string): number {
  if (range.above !== undefined && value <= range.above)
    throw refuse(`${SUBJECT} must be above ${print(range.above)}.`);
  if (range.min !== undefined && value < range.min) throw refuse(`${SUBJECT} must be at least ${print(range.min)}.`);
  if (range.max !== undefined && value > range.max) throw refuse(`${SUBJECT} must be at most ${print(range.max)}.`);
  return value;
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(words: Words): Schema<Words[number]> {
  return read((value) => {
    if (words.includes(value as string)) return value as Words[number];
    throw refuse(
      typeof value === 'string'
        ? `${SUBJECT} cannot be ${quote(value)}.${suggest(value, words)}`
        : `${SUBJECT} must be one of ${words.join(', ')}, not ${quote(value)}.`,
    );
  });
}

/** One of a few words, or what is no word by its own schema. */
export function wordOr<const Word extends string, Value>(
  words: readonly Word[],
  otherwise: Schema<Value>,
): Schema<Value | Word> {
  const word = choice(words);
  return v.lazy((input) => (typeof input === 'string' ? word : otherwise) as Schema<Value | Word>) as never;
}

/** The word `off` for this value, or what is no word by its own schema. */
export function offOr<Value>(value: Value, otherwise: Schema<Value>): Schema<Value> {
  const off = v.pipe(
    choice(['off']),
    v.transform(() => value),
  );
  return v.lazy((input) => (typeof input === 'string' ? off : otherwise) as Schema<Value>) as never;
}

/** The word `off`, or a value by its own schema, which may itself be text (`2s`). */
export function orOff<Value>(otherwise: Schema<Value>): Schema<Value | 'off'> {
  const off = choice(['off']);
  return v.lazy((input) => (input === 'off' ? off : otherwise) as Schema<Value | 'off'>) as never;
}

/** A line of text without control characters. */
export function text(maximum: number): Schema<string> {
  return read((value) => {
    if (typeof value === 'number') throw refuse(`${SUBJECT} must be text: put it in quotes, "${value}".`);
    if (typeof value !== 'string') throw refuse(`${SUBJECT} must be text, not ${quote(value)}.`);
    if (value.trim() === '') throw refuse(`${SUBJECT} must not be empty.`);
    if (/\p{Cc}/u.test(value)) throw refuse(`${SUBJECT} must be one line without control characters.`);
    if (value.length > maximum) throw refuse(`${SUBJECT} must be at most ${maximum} characters long.`);
    return value;
  });
}

type Entries = Readonly<Record<string, Schema<unknown>>>;
type Optional<E extends Entries> = { readonly [K in keyof E]?: v.InferOutput<E[K]> };

interface FieldsOptions<Required extends string> {
  /** How such a value is written, for the message to someone who wrote something else. */
  readonly example: string;
  readonly required?: readonly Required[];
  /** Keys of which exactly one must be there. */
  readonly oneOf?: readonly string[];
}

/**
 * Keys and values; every unknown key, missing key and key too many is an issue of its own. (valibot's strictObject stops at
 * the first unknown key, and a lab file's problems are all shown at once.)
 */
export function fields<E extends Entries, Required extends string & keyof E = never>(
  entries: E,
  options: FieldsOptions<Required>,
): Schema<Optional<E> & { readonly [K in Required]: v.InferOutput<E[K]> }> {
  const known = Object.keys(entries);
  const optional = Object.fromEntries(Object.entries(entries).map(([key, schema]) => [key, v.optional(schema)]));
  const object = v.object(optional);
  return v.lazy((input) => {
    if (!isRecord(input)) {
      return read(() => {
        throw refuse(`${SUBJECT} must be written like ${options.example}, not ${quote(input)}.`);
      });
    }
    const checked = v.rawCheck<Record<string, unknown>>(({ addIssue }) => {
      const keys = Object.keys(input);
      for (const key of keys) {
        if (known.includes(key)) continue;
        addIssue({
          message: `There is no key ${quote(key)} in ${PARENT}.${suggest(key, known)}`,
          path: [keyOf(input, key)],
        });
      }
      for (const key of options.required ?? []) {
        if (!keys.includes(key)) addIssue({ message: `${SUBJECT} needs a key ${quote(key)}.` });
      }
      const [first, ...more] = keys.filter((key) => options.oneOf?.includes(key));
      if (options.oneOf && first === undefined) {
        addIssue({ message: `${SUBJECT} needs one of the keys ${options.oneOf.join(', ')}.` });
      }
      for (const key of more) {
        addIssue({ message: `There can only be one of ${first} and ${key} in ${PARENT}.`, path: [keyOf(input, key)] });
      }
    });
    return v.pipe(object, checked);
  }) as never;
}

/** A path item that means the key itself, not what it holds. */
export function keyOf(input: Record<string, unknown>, key: string): v.IssuePathItem {
  return { type: 'object', origin: 'key', input, key, value: input[key] };
}

/** A list with a number of items within bounds, both included. */
export function list<Output>(item: Schema<Output>, example: string, min = 0, max = 1000): Schema<Output[]> {
  const array = v.array(item);
  return v.lazy((input): Schema<Output[]> => {
    if (Array.isArray(input) && input.length >= min && input.length <= max) return array as Schema<Output[]>;
    return read(() => {
      if (!Array.isArray(input)) throw refuse(`${SUBJECT} must be a list such as ${example}, not ${quote(input)}.`);
      if (input.length < min) throw refuse(`${SUBJECT} must not be empty: write at least ${example}.`);
      throw refuse(`${SUBJECT} has ${input.length} entries; at most ${max} are possible.`);
    });
  }) as Schema<Output[]>;
}

/** What is wrong and where. `atKey`: at the key itself rather than at its value. */
export interface Finding {
  readonly path: Path;
  readonly atKey?: boolean;
  /** One sentence, made whole by `finished`. */
  readonly message: string;
}

/** The finding's sentence with the names in it. */
export function finished({ message, path }: Finding, nameOf: (path: Path) => string): string {
  const sentence = message.replaceAll(SUBJECT, () => nameOf(path)).replaceAll(PARENT, () => nameOf(path.slice(0, -1)));
  return sentence.replace(/^the /, 'The ');
}

/** What a schema makes of a value: always the output (only partly right when there are findings) and every finding. */
export function examine<Output>(schema: Schema<Output>, input: unknown): { output: Output; findings: Finding[] } {
  const result = v.safeParse(schema, input);
  const findings = (result.issues ?? []).map((issue): Finding => {
    const path = issue.path ?? [];
    return {
      path: path.map((item) => item.key as string | number),
      atKey: path.at(-1)?.origin === 'key',
      message: issue.message,
    };
  });
  return { output: result.output as Output, findings };
}
