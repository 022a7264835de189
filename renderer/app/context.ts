import { createContext, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Command, Settings } from '../../src/protocol/command.ts';
import type { LabState } from '../../src/protocol/state.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { LabClient, LabView } from './lab-client.ts';
import { applySettings, type UiState, type UiStore } from './ui-store.ts';

export interface AppContext {
  readonly client: LabClient;
  readonly ui: UiStore;
}

export const AppContext = createContext<AppContext | undefined>(undefined);

export function useApp(): AppContext {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp outside of AppContext');
  return app;
}

export function useView<T>(select: (view: LabView) => T): T {
  return useStore(useApp().client.store, select);
}

/** A part of the lab's state; only below the gate that waits for the first state. */
export function useLab<T>(select: (lab: LabState) => T): T {
  return useView(({ lab }) => {
    if (!lab) throw new Error('useLab before the first state');
    return select(lab);
  });
}

export function useUi<T>(select: (ui: UiState) => T): T {
  return useStore(useApp().ui, select);
}

/** The telemetry, rendering again when its figures moved (≤ 4 Hz). */
export function useTelemetry(): Telemetry {
  const { telemetry } = useApp().client;
  useSyncExternalStore(telemetry.numbers.subscribe, telemetry.numbers.version);
  return telemetry;
}

export function useCommand(): (command: Command) => void {
  const { client } = useApp();
  return (command) => void client.command(command);
}

/** Changes settings here at once and in the lab for the next run. */
export function changeSettings({ client, ui }: AppContext, change: Partial<Settings>): void {
  const settings = { ...ui.getState().settings, ...change };
  applySettings(ui, settings);
  void client.command({ command: 'save-settings', settings });
}
