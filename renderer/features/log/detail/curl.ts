import { shellQuoted } from '../../../app/shell-quote.ts';

/** The request as a line for a terminal that sends it once more. */
export function curlOf(
  { method, path, client }: { readonly method: string; readonly path: string; readonly client: string },
  { base, trusted }: { readonly base: string; readonly trusted: boolean },
): string {
  const words = ['curl'];
  if (method === 'HEAD') words.push('--head');
  else if (method !== 'GET') words.push('-X', shellQuoted(method));
  // Only where the lab believes it does the header make the same client of whoever sends this.
  if (trusted && client !== '') words.push('-H', shellQuoted(`X-Forwarded-For: ${client}`));
  return [...words, shellQuoted(base + path)].join(' ');
}
