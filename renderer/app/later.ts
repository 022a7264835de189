import { type ComponentType, type LazyExoticComponent, lazy, useEffect } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/**
 * A component that the first picture does without: its code comes when it is shown first, or before that, when the page has
 * nothing better to do.
 */
export function later<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  loads.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** ms after the first picture: its requests and the charts' code go first. */
const PAUSE = 1500;

/** Fetches the code of what may be opened, a part whenever the page is idle. */
export function useTheRest(): void {
  useEffect(() => {
    let stopped = false;
    const rest = [...loads];
    const next = (): void => {
      const load = rest.shift();
      if (stopped || load === undefined) return;
      // One that cannot be had now is asked for again when it is opened, and fails there.
      void load()
        .catch(() => {})
        .then(() => requestIdleCallback(next));
    };
    const timer = setTimeout(() => requestIdleCallback(next), PAUSE);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, []);
}
