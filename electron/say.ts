/** An error as one sentence, without its stack. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One line for whoever reads the terminal. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
