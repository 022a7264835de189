import type { Settings } from '../../src/protocol/command.ts';
import type { UiStore } from './ui-store.ts';

type Theme = 'dark' | 'light';

const light = matchMedia('(prefers-color-scheme: light)');

export function resolveTheme(choice: Settings['theme']): Theme {
  if (choice !== 'system') return choice;
  return light.matches ? 'light' : 'dark';
}

/** Keeps `<html data-theme data-projector>` in step with the settings; `theme.js` set them before the first paint. */
export function followTheme(ui: UiStore): void {
  const apply = (): void => {
    const { theme, projector } = ui.getState().settings;
    const root = document.documentElement;
    root.dataset.theme = resolveTheme(theme);
    if (projector) root.dataset.projector = '';
    else delete root.dataset.projector;
  };
  ui.subscribe((state, before) => {
    if (state.settings !== before.settings) apply();
  });
  light.addEventListener('change', apply);
  apply();
}
