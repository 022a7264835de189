import { isRecord, refuse } from './lab-file-fields.ts';
import type { Path } from './lab-file-path.ts';
import { quote } from './units.ts';

/** Paths into a lab file such as `traffic.open.rate` or `origins[D].weight`, and what is to stand there; null: nothing. */
export type Overrides = Readonly<Record<string, unknown>>;

/**
 * A lab file's value with some of it replaced; the value itself stays as it is.
 * @throws EvenkeelError `bad-argument`: a path that cannot be read, or that leads nowhere
 */
export function overridden(value: unknown, overrides: Overrides): unknown {
  let result = value;
  for (const [path, replacement] of Object.entries(overrides)) {
    result = replaced(result, stepsOf(path), replacement, path);
  }
  return result;
}

const STEP = /^(?:\.?([^.[\]]+)|\[([^[\]]+)\])/;

/** `origins[D].service.time` as steps; a step in brackets is an index, or the name of an item. */
function stepsOf(path: string): Path {
  const steps: (string | number)[] = [];
  for (let rest = path; rest !== ''; ) {
    const [whole = '', key, item] = STEP.exec(rest) ?? [];
    const step = key ?? (item !== undefined && /^\d+$/.test(item) ? Number(item) : item);
    if (step === undefined)
      throw refuse(`${quote(path)} is not a path such as traffic.open.rate or origins[D].weight.`);
    steps.push(step);
    rest = rest.slice(whole.length);
  }
  if (steps.length === 0) throw refuse('A path must not be empty; write one such as traffic.open.rate.');
  return steps;
}

function replaced(value: unknown, [step, ...rest]: Path, replacement: unknown, path: string): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    const index = typeof step === 'number' ? step : value.findIndex((item) => isRecord(item) && item.name === step);
    if (index < 0 || index >= value.length)
      throw refuse(`There is no ${quote(step)} in the list that ${path} goes through.`);
    return value.map((item, place) => (place === index ? replaced(item, rest, replacement, path) : item));
  }
  // What is not there yet, or is but a word (`health: off`), becomes what the path needs.
  const before = isRecord(value) ? value : {};
  const { [step]: old, ...others } = before;
  const now = replaced(old, rest, replacement, path);
  return now === null ? others : { ...before, [step]: now };
}
