/** A filter of the request log as a value: what people type is parsed into it, and it prints as text again. */
export type Filter =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'number'; readonly field: NumberField; readonly operator: NumberOperator; readonly value: number }
  | { readonly kind: 'text'; readonly field: TextField; readonly operator: TextOperator; readonly value: string }
  /** Path or client contain it. */
  | { readonly kind: 'has'; readonly text: string };

export type NumberField = 'status' | 'ms' | 'queued' | 'attempts' | 'request';
export type TextField = 'origin' | 'method' | 'path' | 'client' | 'strategy' | 'reason' | 'failure';
export type Field = NumberField | TextField;
export type NumberOperator = '=' | '!=' | '>' | '>=' | '<' | '<=';
export type TextOperator = '=' | '!=' | '~';
export type Operator = NumberOperator | TextOperator;

/** In the order in which they are suggested, each with what it is. */
export const FIELDS: Readonly<Record<Field, string>> = {
  origin: 'who answered',
  status: 'what the client got, 0 when it was cut',
  ms: 'the whole time, in ms',
  queued: 'ms waiting for a worker',
  attempts: 'tries it took',
  method: 'GET, POST …',
  path: 'with its query',
  client: 'its address',
  strategy: 'that chose',
  reason: 'why this origin',
  failure: 'what went wrong, or none',
  request: 'its number',
};

export const NUMBER_FIELDS: readonly Field[] = ['status', 'ms', 'queued', 'attempts', 'request'];
export const NUMBER_OPERATORS: readonly NumberOperator[] = ['=', '!=', '>', '>=', '<', '<='];
export const TEXT_OPERATORS: readonly TextOperator[] = ['=', '!=', '~'];

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '>': 'more than',
  '>=': 'at least',
  '<': 'less than',
  '<=': 'at most',
  '~': 'contains',
};

export function isField(word: string): word is Field {
  return Object.hasOwn(FIELDS, word);
}

export function isNumberField(field: Field): field is NumberField {
  return NUMBER_FIELDS.includes(field);
}

/** Characters that end a word: they need quotes to be meant as text. */
export const SPECIAL = /[\s()"=!<>~]/;
export const KEYWORDS: readonly string[] = ['and', 'or', 'not'];
