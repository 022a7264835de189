import { useEffect, useRef } from 'react';
import { useApp } from '../../app/context.ts';
import type { Identity } from '../../app/identity.ts';
import { DotScreen } from './dot-screen.ts';
import styles from './dots.module.css';
import type { Geometry } from './geometry.ts';

interface DotsProps {
  readonly geometry: Geometry;
  readonly identities: ReadonlyMap<string, Identity>;
}

/** The moving dots. React only mounts their place; frames go in and pixels come out without it. */
export function Dots({ geometry, identities }: DotsProps) {
  const host = useRef<HTMLDivElement>(null);
  const screen = useRef<DotScreen>(undefined);
  const { telemetry } = useApp().client;

  useEffect(() => {
    if (!host.current) return;
    const own = new DotScreen(host.current, styles.dots ?? '', telemetry);
    screen.current = own;
    return () => own.end();
  }, [telemetry]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another telemetry has another screen
  useEffect(() => screen.current?.show(geometry, identities), [geometry, identities, telemetry]);

  return <div ref={host} aria-hidden="true" />;
}
