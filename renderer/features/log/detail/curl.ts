/** The request as a line for a terminal that sends it once more. */
export function curlOf(
  { method, path, client }: { readonly method: string; readonly path: string; readonly client: string },
  { base, trusted }: { readonly base: string; readonly trusted: boolean },
): string {
  const words = ['curl'];
  if (method === 'HEAD') words.push('--head');
  else if (method !== 'GET') words.push('-X', quoted(method));
  // Only where the lab believes it does the header make the same client of whoever sends this.
  if (trusted && client !== '') words.push('-H', quoted(`X-Forwarded-For: ${client}`));
  return [...words, quoted(base + path)].join(' ');
}

/** For a POSIX shell: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
