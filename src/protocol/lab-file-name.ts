/** Under which double clicks open a lab; editors still see YAML. */
const SUFFIX = '.evenkeel.yaml';
/** Characters of the name; with path and suffix it has to fit into what systems allow. */
const LONGEST = 60;

/** A lab's name as its file's: `Kill -9` is `kill-9.evenkeel.yaml`. No character that a system forbids, and never empty. */
export function labFileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  return `${plain || 'lab'}${SUFFIX}`;
}
