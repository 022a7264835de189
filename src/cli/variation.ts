import { bad } from './options.ts';

/** One path of a lab file, and the values that take turns there. */
export interface Variation {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Number and unit: `10/s`, `50ms`, `5x`, `10%`, 3. */
const QUANTITY = /^(-?\d+(?:\.\d+)?)([a-z%/]*)$/i;

/**
 * Reads `traffic.open.rate=10/s..100/s` (evenly in so many steps) or `strategy=random,round-robin` (these).
 * @throws EvenkeelError `bad-argument`
 */
export function parseVariation(written: string, steps: number): Variation {
  const equals = written.indexOf('=');
  const path = written.slice(0, equals);
  const text = written.slice(equals + 1);
  if (equals < 1 || text === '') {
    throw bad(`--vary must be written like traffic.open.rate=10/s..100/s, not ${JSON.stringify(written)}.`);
  }
  const [from = '', to, ...more] = text.split('..');
  if (to === undefined) return { path, values: text.split(',').map((each) => readValue(each.trim())) };
  const [, low, unit] = QUANTITY.exec(from) ?? [];
  const [, high, sameUnit] = QUANTITY.exec(to) ?? [];
  if (low === undefined || high === undefined || unit !== sameUnit || more.length > 0) {
    throw bad(`--vary ${path} must go from one number to another in the same unit, such as 10/s..100/s.`);
  }
  const values = Array.from({ length: steps }, (_, step) => {
    const value = Number(low) + (steps === 1 ? 0 : ((Number(high) - Number(low)) * step) / (steps - 1));
    // Without the noise of binary fractions in the last digits.
    return readValue(`${Number(value.toPrecision(12))}${unit}`);
  });
  return { path, values };
}

/** A number or a truth value where it is one, as YAML has it; other text as it is. */
function readValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** How many combinations of their values there are. */
export function combinationsOf(variations: readonly Variation[]): number {
  return variations.reduce((count, { values }) => count * values.length, 1);
}

/** One of the combinations, by its number; the last variation's values change fastest. */
export function combination(variations: readonly Variation[], number: number): Readonly<Record<string, unknown>> {
  let below = combinationsOf(variations);
  return Object.fromEntries(
    variations.map(({ path, values }) => {
      below /= values.length;
      return [path, values[Math.floor(number / below) % values.length]];
    }),
  );
}
