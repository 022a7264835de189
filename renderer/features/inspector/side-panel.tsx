import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useApp, useLab, useUi } from '../../app/context.ts';
import { later } from '../../app/later.ts';
import { Button } from '../../ui/button.tsx';
import { CloseIcon } from '../../ui/icons.tsx';
import { OriginTitle } from './origin-title.tsx';
import styles from './side-panel.module.css';

const OriginInspector = later(async () => (await import('./origin-inspector.tsx')).OriginInspector);
const PoliciesPanel = later(async () => (await import('../policies/policies-panel.tsx')).PoliciesPanel);
const ScriptPanel = later(async () => (await import('../script/script-panel.tsx')).ScriptPanel);

/** Panels about the whole lab. */
const PANELS = {
  policies: { title: 'Policies', Content: PoliciesPanel },
  script: { title: 'Fault script', Content: ScriptPanel },
} as const;

/** The panel at the right: all about one origin, or something about the whole lab; beside it, or over it where there is no room. */
export function SidePanel() {
  const panel = useUi((ui) => ui.panel);
  const wanted = useUi((ui) => ui.inspected);
  const { ui } = useApp();
  const origins = useLab((lab) => lab.origins);
  const origin = origins.find(({ name }) => name === wanted);
  // It was removed, or is of another lab. Another one's Kill button in its place would be pressed by mistake.
  const gone = panel === 'origin' && !origin;
  useEffect(() => {
    if (gone) ui.setState({ panel: 'none' });
  }, [gone, ui]);
  if (panel === 'none' || gone) return null;
  if (panel !== 'origin') {
    const { title, Content } = PANELS[panel];
    return (
      <Frame key={panel} label={title} title={<h2 className={styles.title}>{title}</h2>} about={undefined}>
        <div className={styles.scroll}>
          <Content />
        </div>
      </Frame>
    );
  }
  return (
    origin && (
      <Frame
        key="origin"
        label={`Origin ${origin.name} in detail`}
        title={<OriginTitle origin={origin} />}
        about={origin.name}
      >
        <OriginInspector key={origin.name} origin={origin} />
      </Frame>
    )
  );
}

interface FrameProps {
  readonly label: string;
  readonly title: ReactNode;
  /** The origin that letter keys act on while the panel has the focus. */
  readonly about: string | undefined;
  readonly children: ReactNode;
}

function Frame({ label, title, about, children }: FrameProps) {
  const { ui } = useApp();
  const panel = useRef<HTMLElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const close = (): void => ui.setState({ panel: 'none' });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another origin is another thing to read
  useEffect(() => {
    const active = document.activeElement as HTMLElement | null;
    if (!panel.current?.contains(active)) opener.current = active;
    panel.current?.focus({ preventScroll: true });
  }, [about]);
  useEffect(
    () => () => {
      const focusIsLost = document.activeElement === null || document.activeElement === document.body;
      if (focusIsLost) opener.current?.focus({ preventScroll: true });
    },
    [],
  );

  return (
    <aside
      ref={panel}
      className={styles.panel}
      aria-label={label}
      tabIndex={-1}
      onFocus={() => ui.setState({ focused: about })}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) ui.setState({ focused: undefined });
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <header className={styles.head}>
        {title}
        <Button tone="quiet" icon aria-label="Close the panel" onClick={close}>
          <CloseIcon />
        </Button>
      </header>
      <Suspense fallback={null}>{children}</Suspense>
    </aside>
  );
}
