import { EvenkeelError } from '../core/errors.ts';

/**
 * The units people write: durations `50ms 1.5s 5m 1h`, rates `20/s 300/m`, shares `10%` (or 0–1), ratios `125%` (or 1.25),
 * factors `10x` (or 10). Inside the program a duration is in ms, a rate in 1/s, a share in 0–1.
 */
export type Quantity = 'duration' | 'rate' | 'share' | 'ratio' | 'factor';

interface Notation {
  /** Value of one unit, as times ÷ over: dividing keeps `10%` and `1/m` exact where a reciprocal would not be. */
  readonly units: Readonly<Record<string, { readonly times: number; readonly over: number }>>;
  readonly example: string;
  /** What to write instead of a number without a unit; absent: such a number is fine. */
  readonly unitless?: (text: string) => string;
}

const NOTATIONS: Readonly<Record<Quantity, Notation>> = {
  duration: {
    units: { ms: unit(1), s: unit(1000), m: unit(60_000), h: unit(3_600_000) },
    example: 'a duration such as 50ms or 2s',
    unitless: (text) => `${text}ms or ${text}s`,
  },
  rate: {
    units: { '/s': unit(1), '/m': unit(1, 60), '/h': unit(1, 3600) },
    example: 'a rate such as 20/s or 300/m',
    unitless: (text) => `${text}/s`,
  },
  share: { units: { '%': unit(1, 100), '': unit(1) }, example: 'a share such as 10% or 0.1' },
  ratio: { units: { '%': unit(1, 100), '': unit(1) }, example: 'a ratio such as 125% or 1.25' },
  factor: { units: { x: unit(1), '': unit(1) }, example: 'a factor such as 10x' },
};

function unit(times: number, over = 1): { times: number; over: number } {
  return { times, over };
}

const WRITTEN = /^([+-]?)(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([^\d\s.]*)$/i;

/**
 * Reads a quantity as people write it.
 * @param subject what it is, to begin the error sentence with
 * @param numbers `machine`: a plain number is fine and in the program's own unit (ms, 1/s, 0–1)
 * @throws EvenkeelError `bad-argument`
 */
export function parseQuantity(
  quantity: Quantity,
  written: unknown,
  subject: string,
  numbers: 'written' | 'machine' = 'written',
): number {
  const value = toNumber(quantity, written, subject, numbers);
  if (value < 0) throw bad(`${subject} must not be negative.`);
  if (quantity === 'share' && value > 1) {
    throw bad(`${subject} must be at most 100%: write 50% or 0.5, not ${JSON.stringify(written)}.`);
  }
  return value;
}

function toNumber(quantity: Quantity, written: unknown, subject: string, numbers: 'written' | 'machine'): number {
  const notation = NOTATIONS[quantity];
  if (typeof written === 'number' && Number.isFinite(written) && (numbers === 'machine' || !notation.unitless)) {
    return written;
  }
  const match =
    typeof written === 'string' || typeof written === 'number' ? WRITTEN.exec(String(written).trim()) : null;
  const [, sign = '', digits = '', suffix = ''] = match ?? [];
  const found = Object.hasOwn(notation.units, suffix) ? notation.units[suffix] : undefined;
  const value = found ? (Number(digits) * found.times) / found.over : Number.NaN;
  if (match && Number.isFinite(value)) return sign === '-' ? -value : value;
  if (match && suffix === '' && notation.unitless) {
    throw bad(`${subject} needs a unit: write ${notation.unitless(digits)}.`);
  }
  throw bad(`${subject} must be ${notation.example}, not ${quote(written)}.`);
}

/** A value in an error sentence, at most about 60 characters of it. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function bad(sentence: string): EvenkeelError {
  return new EvenkeelError('bad-argument', sentence);
}

/** ms of `50ms`, `1.5s`, `5m`, `1h`. @throws EvenkeelError `bad-argument` */
export const parseDuration = (written: unknown, subject: string): number => parseQuantity('duration', written, subject);

/** 1/s of `20/s`, `300/m`, `100/h`. @throws EvenkeelError `bad-argument` */
export const parseRate = (written: unknown, subject: string): number => parseQuantity('rate', written, subject);

/** Shortest tidy text that reads back as exactly this many ms: 1500 → `1.5s`, 120000 → `2m`. */
export function printDuration(ms: number): string {
  for (const [suffix, size, decimals] of [
    ['h', 3_600_000, 0],
    ['m', 60_000, 0],
    ['s', 1000, 1],
  ] as const) {
    const count = ms / size;
    const text = `${count}${suffix}`;
    if (count >= 1 && Number(count.toFixed(decimals)) === count && parseDuration(text, '') === ms) return text;
  }
  return `${ms}ms`;
}

/** Text that reads back as exactly this rate (1/s): 20 → `20/s`, 1/60 → `1/m`. */
export function printRate(perSecond: number): string {
  const perMinute = `${round(perSecond * 60)}/m`;
  const text = `${perSecond}/s`;
  return text.length > perMinute.length && parseRate(perMinute, '') === perSecond ? perMinute : text;
}

/** Text that reads back as exactly this share (0–1) or ratio: 0.1 → `10%`. */
export function printShare(share: number): string {
  const percent = `${round(share * 100)}%`;
  return parseQuantity('ratio', percent, '') === share ? percent : String(share);
}

/** Text that reads back as exactly this factor: 10 → `10x`. */
export function printFactor(factor: number): string {
  return `${factor}x`;
}

/** Without the noise of binary fractions in the last digits (0.07 × 100 = 7.000000000000001). */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
