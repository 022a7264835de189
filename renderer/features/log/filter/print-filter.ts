import { type Filter, KEYWORDS, SPECIAL } from './filter.ts';

/** The filter as text that parses to the same filter. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'all':
      return filter.of.map((part) => (isGroup(part) ? `(${printFilter(part)})` : printFilter(part))).join(' ');
    case 'any':
      return filter.of.map((part) => (part.kind === 'any' ? `(${printFilter(part)})` : printFilter(part))).join(' or ');
    case 'not':
      return `not(${printFilter(filter.of)})`;
    case 'number':
      return `${filter.field}${filter.operator}${filter.value}`;
    case 'text':
      return `${filter.field}${filter.operator}${printText(filter.value)}`;
    case 'has':
      return KEYWORDS.includes(filter.text.toLowerCase()) ? `"${filter.text}"` : printText(filter.text);
  }
}

function isGroup({ kind }: Filter): boolean {
  return kind === 'all' || kind === 'any';
}

/** In quotes where it would not be read as one word. */
export function printText(text: string): string {
  if (text !== '' && !SPECIAL.test(text)) return text;
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
