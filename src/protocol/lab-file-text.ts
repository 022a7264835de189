import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { Path } from './lab-file-path.ts';

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file as values with positions. YAML 1.2, of which JSON is a part. */
interface ParsedText {
  /** Undefined when the text is not readable as YAML. */
  readonly value: unknown;
  readonly problems: readonly (Position & { readonly message: string })[];
  /** Where a value stands, or its key; for a path that is not there, the nearest thing around it. */
  locate(path: Path, atKey?: boolean): Position;
}

/** Characters; the largest honest lab file (100 origins, all written out) has some tens of thousands. */
export const MAX_LAB_TEXT = 1024 * 1024;
/** Aliases may repeat a service for each origin, but not multiply without end. */
const MAX_ALIASES = 500;

export function parseText(text: string): ParsedText {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > MAX_LAB_TEXT) {
    return unreadable({ line: 1, column: 1 }, 'This is larger than 1 MB, too large for a lab file.');
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  if (document.errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) {
    return unreadable(position(document.contents?.range?.[0] ?? 0), 'This is nested too deeply for a lab file.');
  }
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...position(error.pos[0]),
    message: sentence(error, text),
  }));
  const aliases = aliasesOf(document);
  for (const { offset, name, resolves } of aliases) {
    if (!resolves) problems.push({ ...position(offset), message: `There is no &${name} before this *${name}.` });
  }
  const readable =
    document.errors.every(({ code }) => code === 'DUPLICATE_KEY') && aliases.every(({ resolves }) => resolves);
  if (!readable) return { value: undefined, problems, locate: () => position(0) };
  const firstAlias = position(aliases[0]?.offset ?? 0);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    return unreadable(firstAlias, 'The aliases (*name) here repeat too much; write the values out.');
  }
  if (isCyclic(value)) return unreadable(firstAlias, 'An alias (*name) here contains itself; write the value out.');
  return { value, problems, locate: (path, atKey = false) => position(offsetOf(document, path, atKey)) };
}

function unreadable(position: Position, message: string): ParsedText {
  return { value: undefined, problems: [{ ...position, message }], locate: () => position };
}

function sentence(error: YAMLError, text: string): string {
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^("[^"]*"|'[^']*'|[^\s:,{}]+)/.exec(text.slice(error.pos[0]))?.[0] ?? 'This key';
    return `${key} is written twice; keep one of them.`;
  }
  if (error.code === 'MULTIPLE_DOCS') return 'There is a second document after ---; a lab file holds one lab.';
  if (error.code === 'TAB_AS_INDENT') return 'This line is indented with a tab; use spaces.';
  return `This is not valid YAML: ${error.message.replace(/[.\s]+$/, '')}.`;
}

interface AliasInText {
  readonly offset: number;
  readonly name: string;
  readonly resolves: boolean;
}

/** In the order of the text. */
function aliasesOf(document: Document.Parsed): AliasInText[] {
  const found: AliasInText[] = [];
  visit(document, {
    Alias(_, alias) {
      found.push({
        offset: alias.range?.[0] ?? 0,
        name: alias.source,
        resolves: alias.resolve(document) !== undefined,
      });
    },
  });
  return found;
}

function isCyclic(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((child) => isCyclic(child, [...above, value]));
}

function offsetOf(document: Document.Parsed, path: Path, atKey: boolean): number {
  let node = resolve(document, document.contents);
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      // Of a key that is written twice the last value counts.
      const pair = [...node.items]
        .reverse()
        .find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return offset;
      const key = pair.key as Node;
      node = resolve(document, pair.value);
      const empty = isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
      const here = (atKey && depth === path.length - 1) || !node || empty ? key : node;
      offset = here.range?.[0] ?? offset;
    } else if (isSeq(node)) {
      node = resolve(document, node.items[Number(step)]);
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** What an alias stands for: a problem in it is mended where it is written. */
function resolve(document: Document.Parsed, node: unknown): Node | undefined {
  return isAlias(node) ? node.resolve(document) : ((node ?? undefined) as Node | undefined);
}
