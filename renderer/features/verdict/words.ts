import { count, counted } from '../../app/format.ts';

const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/**
 * A share (0–1) as prose has it: `25 %`, and one decimal below 10: `2.5 %`. The space does not break. Only nothing is `0 %` and
 * only everything `100 %`.
 */
export function portion(share: number): string {
  const value = share * 100;
  if (share > 0 && value < 0.05) return 'less than 0.1\u00a0%';
  if (share < 1 && value >= 99.5) return 'more than 99\u00a0%';
  return `${value >= 9.95 ? count(value) : tenth.format(value)}\u00a0%`;
}

const NUMBERS = ['', '', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** What shares are of: where requests were tried again, origins got more than there were. */
export function sharedOut(retries: number): 'request' | 'attempt' {
  return retries === 0 ? 'request' : 'attempt';
}

/** `One request in four takes`; `8 % of the requests take` where no such fraction is near (within a tenth of it). */
export function oneInTakes(share: number, what: ReturnType<typeof sharedOut>): string {
  const whole = Math.round(1 / share);
  const near = whole >= 2 && whole <= 10 && Math.abs(share * whole - 1) <= 0.1;
  if (share >= 1) return `Every ${what} takes`;
  return near ? `One ${what} in ${NUMBERS[whole]} takes` : `${capital(portion(share))} of the ${what}s take`;
}

/** `10×`, `2.5×`. */
export function times(factor: number): string {
  return `${factor >= 9.95 ? count(factor) : tenth.format(factor)}×`;
}

/** A rate: `32`, and one decimal below 10: `0.5`. */
export function pace(rate: number): string {
  return rate >= 9.95 ? count(rate) : tenth.format(rate);
}

/** Two rates, the first above the second; undefined where their words would not tell them apart. */
export function above(rate: number, limit: number): { readonly rate: string; readonly limit: string } | undefined {
  const words = { rate: pace(rate), limit: pace(limit) };
  return rate > limit && words.rate !== words.limit ? words : undefined;
}

/** `1 request waits`, `7 requests wait`. */
export function waiting(requests: number): string {
  return `${counted(requests, 'request')} ${requests === 1 ? 'waits' : 'wait'}`;
}

/** As many names as people take in; a number beyond. */
const LISTED = 4;

/** `B`, `B and C`, `B, C and D`; `12 origins`. */
export function origins(names: readonly string[]): string {
  return names.length > LISTED ? counted(names.length, 'origin') : listed(names);
}

/** `B`, `B and C`, `B, C and D`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A strategy's title in the middle of a sentence: `round robin`, but `IP hash` and `Maglev`. */
export function inText(title: string): string {
  return /^([A-Z]{2}|Maglev)/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
