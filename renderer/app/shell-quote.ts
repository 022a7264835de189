/** A word of a command for a POSIX shell: nothing inside single quotes means anything. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
