/** Where a value is within a lab file or command: keys, and indexes of lists. */
export type Path = readonly (string | number)[];

/** `origins[1].port` of ['origins', 1, 'port']. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
