import type { NewOrigin } from '../../../src/protocol/command.ts';

export interface OriginForm {
  readonly kind: 'spawned' | 'url';
  readonly name: string;
  readonly url: string;
  readonly weight: number;
  /** ms, mean of an exponential service time. */
  readonly time: number;
  readonly workers: number;
}

export const EMPTY_FORM: OriginForm = { kind: 'spawned', name: '', url: '', weight: 1, time: 50, workers: 4 };

/** The command's value for a filled form, or the sentence that says what is wrong with it. */
export function newOriginOf(form: OriginForm, taken: readonly string[]): NewOrigin | string {
  const name = form.name.trim();
  if (taken.includes(name)) return `There is an origin called ${name} already.`;
  const common = { weight: form.weight, ...(name !== '' && { name }) };
  if (form.kind === 'spawned') {
    return { ...common, service: { time: { exponential: form.time }, workers: form.workers } };
  }
  const url = form.url.trim();
  if (!isWebAddress(url)) {
    return 'The address has to look like http://127.0.0.1:9000.';
  }
  return { ...common, url };
}

/** Without `URL.canParse`, which older browsers do not have. */
function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
