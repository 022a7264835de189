import { suggestionFor } from '../../../../src/core/suggestion.ts';
import {
  FIELDS,
  type Filter,
  isField,
  isNumberField,
  KEYWORDS,
  NUMBER_OPERATORS,
  type NumberOperator,
  type Operator,
  SPECIAL,
  TEXT_OPERATORS,
  type TextOperator,
} from './filter.ts';

export interface FilterProblem {
  /** One sentence. */
  readonly message: string;
  /** Where in the text, counted from 0, and how many characters of it. */
  readonly at: number;
  readonly length: number;
  /** Nothing is wrong so far, something is missing at the end: somebody is still typing. */
  readonly unfinished: boolean;
}

/** `filter` undefined: the text was empty, everything matches. */
type ParsedFilter = { readonly filter: Filter | undefined } | { readonly problem: FilterProblem };

const LONGEST = 2000;
const DEEPEST = 50;

/** Reads what somebody typed. Never throws. */
export function parseFilter(text: string): ParsedFilter {
  try {
    return { filter: new Parser(text).whole() };
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.problem };
    throw error;
  }
}

class Wrong extends Error {
  readonly problem: FilterProblem;

  constructor(problem: FilterProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Recursive descent over
 *   any  := all ('or' all)*        all := one ('and'? one)*
 *   one  := 'not' one | '(' any ')' | field operator value | text
 */
class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.length > LONGEST) {
      this.#wrong(`A filter has at most ${LONGEST} characters; this one has ${text.length}.`, LONGEST);
    }
  }

  whole(): Filter | undefined {
    if (this.#ended) return undefined;
    const filter = this.#any();
    if (!this.#ended) this.#wrong('This “)” closes nothing; remove it or open it with “(”.', this.#at, 1);
    return filter;
  }

  #any(): Filter {
    if (++this.#depth > DEEPEST) this.#wrong(`Parentheses can be ${DEEPEST} deep at most.`, this.#at, 1);
    const parts = [this.#all()];
    while (this.#takeKeyword('or')) parts.push(this.#all());
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'any', of: parts };
  }

  #all(): Filter {
    const parts = [this.#one()];
    while (!this.#ended && this.#next !== ')' && this.#peekWord().toLowerCase() !== 'or') {
      this.#takeKeyword('and');
      parts.push(this.#one());
    }
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'all', of: parts };
  }

  #one(): Filter {
    if (this.#ended) this.#unfinished('Something to look for is missing at the end, such as origin=B.');
    if (this.#next === '(') return this.#group();
    if (this.#next === '"') return { kind: 'has', text: this.#quoted() };
    if (this.#next === ')') this.#wrong('Before this “)” something to look for is missing.', this.#at, 1);
    const start = this.#at;
    const word = this.#takeWord();
    const operator = this.#operator();
    if (word === '') this.#wrong(beforeOperator(this.#text, start), start, 1);
    if (operator !== undefined) return this.#comparison(word, start, operator);
    const keyword = word.toLowerCase();
    if (keyword === 'not') return this.#not();
    if (KEYWORDS.includes(keyword)) {
      this.#wrong(`Before this “${word}” something to look for is missing.`, start, word.length);
    }
    return { kind: 'has', text: word };
  }

  #not(): Filter {
    if (++this.#depth > DEEPEST) this.#wrong(`“not” can be ${DEEPEST} deep at most.`, this.#at, 1);
    if (this.#ended) this.#unfinished('After “not” comes what must not be, such as not(status=200).');
    const of = this.#one();
    this.#depth--;
    return { kind: 'not', of };
  }

  #group(): Filter {
    const start = this.#at++;
    if (this.#ended) this.#unfinished('This “(” is not closed; add “)”.', start);
    const inside = this.#any();
    if (this.#next !== ')') this.#unfinished('This “(” is not closed; add “)”.', start);
    this.#at++;
    return inside;
  }

  #comparison(word: string, start: number, operator: Operator): Filter {
    const field = word.toLowerCase();
    if (!isField(field)) {
      const meant = suggestionFor(field, Object.keys(FIELDS));
      const help = meant ? `Did you mean “${meant}”?` : `Fields are ${Object.keys(FIELDS).join(', ')}.`;
      this.#wrong(`There is no field “${word}”. ${help}`, start, word.length);
    }
    if (isNumberField(field)) {
      if (!isOneOf(operator, NUMBER_OPERATORS)) {
        this.#wrong(`“${field}” is a number: compare it with ${NUMBER_OPERATORS.join(' ')}.`, this.#at - 1, 1);
      }
      return { kind: 'number', field, operator, value: this.#number(`${field}${operator}`) };
    }
    if (!isOneOf(operator, TEXT_OPERATORS)) {
      const at = this.#at - operator.length;
      this.#wrong(`“${field}” is text: compare it with = (is), != (is not) or ~ (contains).`, at, operator.length);
    }
    return { kind: 'text', field, operator, value: this.#value(`${field}${operator}`).text };
  }

  #operator(): Operator | undefined {
    this.#skip();
    const two = this.#text.slice(this.#at, this.#at + 2);
    const found = two === '!=' || two === '>=' || two === '<=' ? two : two.slice(0, 1);
    if (found === '!') this.#wrong('“!” alone means nothing; write != or not(…).', this.#at, 1);
    if (found === '' || !/[=<>~]/.test(found)) return undefined;
    this.#at += found.length;
    return found as Operator;
  }

  #number(before: string): number {
    const { text, at } = this.#value(before);
    if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))) return Number(text);
    return this.#wrong(`“${before}” needs a number such as 500, not “${text}”.`, at, Math.max(1, text.length));
  }

  #value(before: string): { readonly text: string; readonly at: number } {
    this.#skip();
    const at = this.#at;
    if (this.#next === '"') return { text: this.#quoted(), at };
    const found = /^[^\s()"]+/.exec(this.#text.slice(at));
    if (!found) {
      if (this.#ended) this.#unfinished(`After “${before}” a value is missing.`);
      this.#wrong(`After “${before}” a value is missing.`, at, 1);
    }
    this.#at += found[0].length;
    return { text: found[0], at };
  }

  #quoted(): string {
    const start = this.#at;
    let text = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string;
      if (character === '"') {
        this.#at++;
        return text;
      }
      if (character === '\\') this.#at++;
      text += this.#text[this.#at] ?? '';
    }
    return this.#unfinished('This quote has no end; add another quotation mark.', start);
  }

  /** A keyword only where no operator makes it a field's name. */
  #takeKeyword(keyword: string): boolean {
    if (this.#peekWord().toLowerCase() !== keyword) return false;
    this.#at += keyword.length;
    return true;
  }

  #takeWord(): string {
    const word = this.#peekWord();
    this.#at += word.length;
    return word;
  }

  #peekWord(): string {
    this.#skip();
    let end = this.#at;
    while (end < this.#text.length && !SPECIAL.test(this.#text[end] as string)) end++;
    return this.#text.slice(this.#at, end);
  }

  get #next(): string | undefined {
    this.#skip();
    return this.#text[this.#at];
  }

  get #ended(): boolean {
    return this.#next === undefined;
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #wrong(message: string, at: number, length = this.#text.length - at): never {
    throw new Wrong({ message, at, length, unfinished: false });
  }

  #unfinished(message: string, at = this.#text.length): never {
    throw new Wrong({ message, at, length: Math.max(1, this.#text.length - at), unfinished: true });
  }
}

function beforeOperator(text: string, at: number): string {
  const operator = /^(!=|>=|<=|.)/.exec(text.slice(at))?.[0] ?? '';
  return `Before “${operator}” a field is missing, such as origin or status.`;
}

function isOneOf<T extends NumberOperator | TextOperator>(operator: Operator, of: readonly T[]): operator is T {
  return (of as readonly Operator[]).includes(operator);
}
