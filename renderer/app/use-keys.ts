import { useEffect } from 'react';
import type { LabState } from '../../src/protocol/state.ts';
import { changeTraffic } from '../features/load/change-traffic.ts';
import { stepTraffic } from '../features/load/load.ts';
import { faultCommand, faultOfKey } from '../features/origins/fault-commands.ts';
import { type AppContext, changeSettings, useApp } from './context.ts';
import { isTaken, isUndo, type KeyAction, keyAction } from './keys.ts';
import { STRATEGIES } from './strategies.ts';
import { resolveTheme } from './theme.ts';
import { changeLog, inspect } from './ui-store.ts';

/** Listens to the keyboard for as long as the lab is on screen. */
export function useKeys(): void {
  const app = useApp();
  useEffect(() => {
    /** Whether the last thing pressed was on the screen: the focus is somewhere then, but nobody chose it or sees it. */
    let byPointer = false;
    /** A button is pressed when Space comes up. */
    let spaceIsOurs = false;
    const onPointer = (): void => {
      byPointer = true;
    };
    const onUp = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || !spaceIsOurs) return;
      spaceIsOurs = false;
      event.preventDefault();
    };
    const onKey = (event: KeyboardEvent): void => {
      const { lab } = app.client.store.getState();
      // A dialog that is about to open is given the keys already, also before its code has come.
      if (!lab || app.ui.getState().dialog !== 'none') return;
      if (isUndo(event)) {
        event.preventDefault();
        if (lab.undo) void app.client.command({ command: 'undo' });
        return;
      }
      if (event.key !== ' ') byPointer = false;
      if (isTaken(event, byPointer)) return;
      if (event.key === 'ArrowRight' && lab.clock === 'virtual') {
        event.preventDefault();
        void app.client.request('step');
        return;
      }
      const { settings, focused, panel } = app.ui.getState();
      const action = keyAction(event.key, {
        singleKeys: settings.singleKeys,
        origins: lab.origins.map(({ name }) => name),
        focused,
        panelOpen: panel !== 'none' && !settings.projector,
      });
      if (!action) return;
      event.preventDefault();
      spaceIsOurs = event.key === ' ';
      perform(action, app, lab);
    };
    document.addEventListener('pointerdown', onPointer, true);
    document.addEventListener('keydown', onKey);
    document.addEventListener('keyup', onUp, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer, true);
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('keyup', onUp, true);
    };
  }, [app]);
}

function perform(action: KeyAction, app: AppContext, lab: LabState): void {
  const { client, ui } = app;
  const { settings, inspected } = ui.getState();
  switch (action.do) {
    case 'toggle-run':
      void client.command({ command: lab.traffic.paused ? 'run' : 'pause' });
      break;
    case 'projector':
      changeSettings(app, { projector: !settings.projector });
      break;
    case 'theme':
      changeSettings(app, { theme: resolveTheme(settings.theme) === 'dark' ? 'light' : 'dark' });
      break;
    case 'log': {
      const { open } = ui.getState().log;
      changeLog(ui, { open: !open, focus: open ? undefined : 'list' });
      break;
    }
    case 'filter':
      changeLog(ui, { open: true, focus: 'filter' });
      break;
    case 'note':
      ui.setState({ dialog: 'note' });
      break;
    case 'help':
      ui.setState({ dialog: 'help' });
      break;
    case 'leave':
      (document.activeElement as HTMLElement | null)?.blur();
      break;
    case 'close-panel':
      ui.setState({ panel: 'none' });
      break;
    case 'inspect': {
      const origin = lab.origins.find(({ name }) => name === (action.origin ?? inspected)) ?? lab.origins[0];
      if (origin && !settings.projector) inspect(ui, origin.name);
      break;
    }
    case 'strategy': {
      const strategy = STRATEGIES[action.index];
      if (strategy) void client.command({ command: 'set-strategy', strategy: strategy.id });
      break;
    }
    case 'load':
      changeTraffic(client, (newest) => stepTraffic(newest, action.direction));
      break;
    case 'focus':
      document.querySelector<HTMLElement>(`[data-origin="${CSS.escape(action.origin)}"]`)?.focus();
      break;
    default: {
      const origin = lab.origins.find(({ name }) => name === action.origin);
      if (origin) void client.command(faultCommand(origin.name, faultOfKey(action.do, origin)));
    }
  }
}
