/**
 * Numbers for people, always through Intl and always of the same shape, so that figures in a column line up. The space before a
 * unit does not break.
 */
const LOCALE = 'en-US';
export const UNKNOWN = '–';

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const thousandth = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const preciseClock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : whole.format(value);
}

/** For a place of fixed width, at most four characters: exact up to 999, then `1.2K`, `26K`, `123K`, `1.2M`. Say the exact one where it is hovered. */
export function shortCount(value: number | undefined): string {
  return value === undefined || value < 1000 ? count(value) : compact.format(value);
}

/** `share` 0–1 as `25.0 %`. */
export function percent(share: number | undefined): string {
  return share === undefined ? UNKNOWN : `${tenth.format(share * 100)}\u00a0%`;
}

/** A rate per second: `32.1`, whole from 100 on. */
export function rate(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value >= 100 ? whole.format(value) : tenth.format(value);
}

/** ms as a number: `0.8`, `48`, `1,840`. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return value < 9.95 ? tenth.format(value) : whole.format(value);
}

/**
 * ms for a place of fixed width: at most four characters and the unit they are in: `0.8 ms`, `940 ms`, `1.84 s`, `11.1 s`, `240 s`.
 */
export function latency(value: number | undefined): readonly [figure: string, unit: 'ms' | 's'] {
  if (value === undefined || !Number.isFinite(value) || value < 999.5) return [milliseconds(value), 'ms'];
  const seconds = value / 1000;
  return [(seconds < 9.995 ? hundredth : seconds < 99.95 ? tenth : whole).format(seconds), 's'];
}

/** What is hovered where `latency` is shown: the exact figure, and what it says of `whose` (`its answers`). */
export function p95Title(whose: string, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return 'Nothing ended in the last 10 s';
  return `${milliseconds(value)}\u00a0ms: 95\u00a0% of ${whose} of the last 10 s took no longer`;
}

/** ms as words of one unit: `50 ms`, `2 s`, `1.5 s`. */
export function duration(value: number): string {
  if (value < 1000) return `${milliseconds(value)}\u00a0ms`;
  const seconds = Math.round(value / 100) / 10;
  return `${Number.isInteger(seconds) ? whole.format(seconds) : tenth.format(seconds)}\u00a0s`;
}

/** ms as words, coarser the longer it is: `0 s`, `48 s`, `3 min 5 s`, `2 h 10 min`. */
export function longDuration(value: number): string {
  const seconds = Math.round(value / 1000);
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}\u00a0min ${seconds % 60}\u00a0s`
    : `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}

/** ms since the epoch as the wall clock's `14:03:22`. */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** ms since the epoch as the wall clock's `14:03:22.048`. */
export function preciseTime(at: number): string {
  return preciseClock.format(at);
}

/** Bytes as `27 B`, `1.5 kB`, `2.0 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${whole.format(value)}\u00a0B`;
  return value < 1e6 ? `${tenth.format(value / 1e3)}\u00a0kB` : `${tenth.format(value / 1e6)}\u00a0MB`;
}

/** Any figure, whole or with at most three decimals. */
export function figure(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? UNKNOWN : thousandth.format(value);
}

/** ms since the lab's start as `00:48`, `1:02:03` from an hour on. */
export function sinceStart(elapsed: number): string {
  const seconds = Math.max(0, Math.floor(elapsed / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `1 request`, `2 requests`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * A sentence that does not break between a figure and its unit, nor before them after a short word (`for 10 s`): the lab's own
 * sentences have ordinary spaces, for terminals.
 */
export function unbroken(sentence: string): string {
  return sentence.replace(
    /(?:\b(for|after|in) )?(\d[\d.,]*) (ms|s|min|h|%|B|kB|MB|workers?)(?![\w’])/g,
    (_, word, figure, unit) => [...(word === undefined ? [] : [word]), figure, unit].join('\u00a0'),
  );
}
