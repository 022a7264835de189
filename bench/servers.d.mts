/** Ends everything that was started, and what it has written. */
export function endAll(): void;
