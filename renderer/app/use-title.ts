import { useEffect } from 'react';
import { useLab } from './context.ts';

/** The window, the tab and the task bar are named after the lab, and say when it is simulated. */
export function useTitle(): void {
  const name = useLab((lab) => (lab.clock === 'virtual' ? `${lab.lab.name} (SIM)` : lab.lab.name));
  useEffect(() => {
    document.title = `${name} – Evenkeel`;
  }, [name]);
}
