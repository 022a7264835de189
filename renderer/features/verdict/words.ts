import { count } from '../../app/format.ts';

const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A share (0–1) as prose has it: `25 %`, and one decimal below 10: `2.5 %`. The space does not break. */
export function portion(share: number): string {
  const value = share * 100;
  return `${value >= 9.95 ? count(value) : tenth.format(value)}\u00a0%`;
}

const NUMBERS = ['', '', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `One request in four`; `8 % of the requests` where no such fraction is near (within a tenth of it). */
export function oneIn(share: number): string {
  const whole = Math.round(1 / share);
  const near = whole >= 2 && whole <= 10 && Math.abs(share * whole - 1) <= 0.1;
  return near ? `One request in ${NUMBERS[whole]}` : `${portion(share)} of the requests`;
}

/** `10×`, `2.5×`. */
export function times(factor: number): string {
  return `${factor >= 9.95 ? count(factor) : tenth.format(factor)}×`;
}

/** A rate: `32`, and one decimal below 10: `0.5`. */
export function pace(rate: number): string {
  return rate >= 9.95 ? count(rate) : tenth.format(rate);
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
