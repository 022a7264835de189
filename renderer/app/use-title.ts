import { useEffect } from 'react';
import { useLab } from './context.ts';

/** The window, the tab and the task bar are named after the lab. */
export function useTitle(): void {
  const name = useLab((lab) => lab.lab.name);
  useEffect(() => {
    document.title = `${name} – Evenkeel`;
  }, [name]);
}
