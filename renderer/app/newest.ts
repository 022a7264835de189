import { useRef } from 'react';

/** ms after which a change that the lab never confirmed no longer counts: it was refused, or the connection went. */
const FORGET = 1000;

/**
 * A value of the lab as far as it is known here: what was asked for last, until the lab has it. The lab's state follows a change
 * by up to 100 ms; a change of another part within that time has to build on the first one, not undo it.
 */
export class Newest<T> {
  #held: T;
  #asked: { readonly value: T; readonly at: number } | undefined;

  constructor(held: T) {
    this.#held = held;
  }

  /** What the lab says. */
  hold(value: T): void {
    this.#held = value;
    if (this.#asked && JSON.stringify(value) === JSON.stringify(this.#asked.value)) this.#asked = undefined;
  }

  /** @param now ms on any clock that goes on */
  get(now: number): T {
    if (this.#asked && now - this.#asked.at >= FORGET) this.#asked = undefined;
    return this.#asked ? this.#asked.value : this.#held;
  }

  ask(value: T, now: number): void {
    this.#asked = { value, at: now };
  }
}

/** Makes a change of a part of `held`: `make` is given the newest value and answers the next, which goes to `send`. */
export function useChange<T, Result>(held: T, send: (next: T) => Result): (make: (newest: T) => T) => Result {
  const newest = useRef<Newest<T>>(undefined);
  newest.current ??= new Newest(held);
  newest.current.hold(held);
  const { current } = newest;
  return (make) => {
    const next = make(current.get(performance.now()));
    current.ask(next, performance.now());
    return send(next);
  };
}
