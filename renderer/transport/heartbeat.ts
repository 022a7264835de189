/** ms between an answer and the next question. */
export const ASK_EVERY = 3000;
/** ms that an answer may take; a host that is silent for longer has gone without closing, or hangs. */
export const PATIENCE = 7000;

/**
 * Asks the other side for a sign of life, again and again. Any answer is one, a refusal too; without one, `lost` is called once.
 * @param ask resolves or rejects when something has come back
 * @returns ends it
 */
export function startHeartbeat(ask: () => Promise<unknown>, lost: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let ended = false;
  const beat = (): void => {
    timer = setTimeout(() => {
      ended = true;
      lost();
    }, PATIENCE);
    const heard = (): void => {
      if (ended) return;
      clearTimeout(timer);
      timer = setTimeout(beat, ASK_EVERY);
    };
    ask().then(heard, heard);
  };
  timer = setTimeout(beat, ASK_EVERY);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
