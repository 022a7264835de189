import { useEffect, useRef } from 'react';
import { useApp } from '../../app/context.ts';
import type { Identity } from '../../app/identity.ts';
import { DotField } from './dot-field.ts';
import { DotPainter } from './dot-painter.ts';
import styles from './dots.module.css';
import type { Geometry } from './geometry.ts';

/** One for the page: what is on its way goes on when the stage is laid out anew. */
export const field = new DotField();

export interface DotsProps {
  readonly geometry: Geometry;
  readonly identities: ReadonlyMap<string, Identity>;
}

/** ms between two updates of the figures that tests read from the canvas. */
const REPORT_EVERY = 250;

/** The moving dots. React only mounts the canvas; frames go in and pixels come out without it. */
export function Dots({ geometry, identities }: DotsProps) {
  const toBalancer = useRef<HTMLCanvasElement>(null);
  const toOrigins = useRef<HTMLCanvasElement>(null);
  const { telemetry } = useApp().client;

  useEffect(() => {
    const element = toOrigins.current;
    const arrival = toBalancer.current;
    if (!element || !arrival) return;
    const painter = new DotPainter({ arrival, origins: element }, geometry, identities);
    let request = 0;
    let reported = 0;
    const draw = (now: number): void => {
      field.step(now);
      painter.paint(field, now);
      if (field.live > 0 && element.dataset.firstDot === undefined)
        element.dataset.firstDot = String(performance.now());
      if (now - reported >= REPORT_EVERY || field.live === 0) {
        reported = now;
        element.dataset.dots = String(field.live);
      }
      // Nothing on its way, nothing to draw: a quiet lab costs nothing.
      request = field.live > 0 ? requestAnimationFrame(draw) : 0;
    };
    const wake = (): void => {
      if (request === 0) request = requestAnimationFrame(draw);
    };
    const stop = telemetry.onFrame((frame) => {
      if (document.visibilityState === 'hidden') return;
      field.take(frame, performance.now(), telemetry.speed);
      wake();
    });
    const hide = (): void => {
      if (document.visibilityState === 'hidden') field.clear();
    };
    document.addEventListener('visibilitychange', hide);
    const resize = (): void => {
      painter.resize();
      wake();
    };
    window.addEventListener('resize', resize);
    const themes = new MutationObserver(() => painter.readColours());
    themes.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-projector'] });
    wake();
    return () => {
      stop();
      window.removeEventListener('resize', resize);
      themes.disconnect();
      document.removeEventListener('visibilitychange', hide);
      cancelAnimationFrame(request);
    };
  }, [geometry, identities, telemetry]);

  return (
    <div aria-hidden="true">
      <canvas ref={toOrigins} className={styles.dots} data-dots="0" />
      <canvas ref={toBalancer} className={styles.dots} />
    </div>
  );
}
