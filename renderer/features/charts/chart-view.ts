import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { WINDOWS, type WindowName } from './buckets.ts';

interface ChartView {
  readonly window: WindowName;
  /** The second (since the epoch) that people point at, in whichever chart; undefined while they point at none. */
  readonly cursor: number | undefined;
}

/** What all charts show alike: how far they look back, and the second that is looked at. */
const view = createStore<ChartView>(() => ({ window: '1 min', cursor: undefined }));

export function useChartWindow() {
  return WINDOWS[useStore(view, (state) => state.window)];
}

export function useCursor(): number | undefined {
  return useStore(view, (state) => state.cursor);
}

export function chooseWindow(window: WindowName): void {
  view.setState({ window, cursor: undefined });
}

export function pointAt(cursor: number | undefined): void {
  if (view.getState().cursor !== cursor) view.setState({ cursor });
}
