/**
 * The option a misspelt word most likely meant: the nearest by edit distance, if at most a third of its letters differ.
 * Undefined when nothing is near.
 */
export function suggestionFor(word: string, options: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const distance = editDistance(word.toLowerCase(), option.toLowerCase());
    if (distance < least && distance <= Math.max(1, option.length / 3)) {
      nearest = option;
      least = distance;
    }
  }
  return nearest;
}

/** ` Did you mean "…"?` for the end of an error message; empty when nothing is near. */
export function didYouMean(word: string, options: Iterable<string>): string {
  const suggestion = suggestionFor(word, options);
  return suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
