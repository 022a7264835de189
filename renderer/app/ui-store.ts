import { createStore, type StoreApi } from 'zustand/vanilla';
import { DEFAULT_SETTINGS, type Settings } from '../../src/protocol/command.ts';
import type { RefusedLab } from '../features/labs/lab-text.ts';
import type { LabView } from './lab-client.ts';

export type DialogName = 'help' | 'settings' | 'add-origin' | 'note' | 'refused-lab' | 'none';

/** A sentence over the stage for a while. */
interface Remark {
  readonly id: number;
  readonly text: string;
  /** `warn`: something failed. */
  readonly tone: 'plain' | 'warn';
}

/** What the panel at the right shows. */
type SidePanel = 'origin' | 'policies' | 'script' | 'none';

/** The request log's drawer. */
interface LogDrawerState {
  readonly open: boolean;
  /** Its share (0–1) of the window's height. */
  readonly share: number;
  /** As typed, whether it can be read or not. */
  readonly filter: string;
  /** What it should give the focus to next. */
  readonly focus?: 'filter' | 'list' | undefined;
}

/** What fills the screen beside the rail. */
type ViewName = 'lab' | 'compare';

export interface UiState {
  readonly view: ViewName;
  readonly settings: Settings;
  readonly dialog: DialogName;
  readonly panel: SidePanel;
  /** The origin that the inspector shows, or showed last. */
  readonly inspected: string | undefined;
  readonly log: LogDrawerState;
  /** The origin that letter keys act on. */
  readonly focused: string | undefined;
  readonly hintDone: boolean;
  /** Newest last. */
  readonly remarks: readonly Remark[];
  /** The lab file that could not be opened last. */
  readonly refusedLab: RefusedLab | undefined;
}

const SETTINGS_KEY = 'evenkeel.settings';
const HINT_KEY = 'evenkeel.hint';
const LOG_KEY = 'evenkeel.log';
/** What share of the window's height the log may have, and has at first. */
export const LOG_SHARES = { least: 0.2, most: 0.75, first: 0.42 };

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage can be switched off; the lab keeps the settings anyway
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

function storedSettings(): Settings {
  try {
    return { ...DEFAULT_SETTINGS, ...(JSON.parse(stored(SETTINGS_KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return DEFAULT_SETTINGS;
  }
}

function storedLog(): LogDrawerState {
  try {
    const { open, share } = JSON.parse(stored(LOG_KEY) ?? '{}') as Partial<LogDrawerState>;
    return { open: open === true, share: typeof share === 'number' ? logShare(share) : LOG_SHARES.first, filter: '' };
  } catch {
    return { open: false, share: LOG_SHARES.first, filter: '' };
  }
}

function logShare(share: number): number {
  return Math.min(LOG_SHARES.most, Math.max(LOG_SHARES.least, share));
}

export type UiStore = ReturnType<typeof createUiStore>;

/** What the page itself knows: open dialogs, focus, and the settings (whose home is the lab). */
export function createUiStore() {
  return createStore<UiState>(() => ({
    view: 'lab',
    settings: storedSettings(),
    dialog: 'none',
    panel: 'none',
    inspected: undefined,
    log: storedLog(),
    focused: undefined,
    hintDone: stored(HINT_KEY) === 'done',
    remarks: [],
    refusedLab: undefined,
  }));
}

/** Keeps a copy in the page's storage too, so that the next start has its theme before the lab answers. */
export function applySettings(ui: UiStore, settings: Settings): void {
  store(SETTINGS_KEY, JSON.stringify(settings));
  ui.setState({ settings });
}

/** The lab's settings are the true ones: they win on every change of theirs, such as the first state of a connection. */
export function followSettings(ui: UiStore, lab: StoreApi<LabView>): void {
  lab.subscribe((view, before) => {
    const settings = view.lab?.settings;
    if (settings && settings !== before.lab?.settings) applySettings(ui, settings);
  });
}

/** Opens, closes or resizes the request log; it is found like that next time. */
export function changeLog(ui: UiStore, change: Partial<LogDrawerState>): void {
  const log = { ...ui.getState().log, ...change };
  const { open, share } = { ...log, share: logShare(log.share) };
  store(LOG_KEY, JSON.stringify({ open, share }));
  ui.setState({ log: { ...log, share } });
}

export function finishHint(ui: UiStore): void {
  if (ui.getState().hintDone) return;
  store(HINT_KEY, 'done');
  ui.setState({ hintDone: true });
}

/** Opens the inspector for an origin. */
export function inspect(ui: UiStore, origin: string): void {
  ui.setState({ panel: 'origin', inspected: origin });
}

let nextRemark = 1;
/** ms; what failed may have to be read twice. */
const STAYS = { warn: 12_000, plain: 5000 } as const;

/** Says for a while what failed. */
export function reportProblem(ui: UiStore, text: string): void {
  remark(ui, text, 'warn');
}

/** Says something for a while. */
export function say(ui: UiStore, text: string): void {
  remark(ui, text, 'plain');
}

function remark(ui: UiStore, text: string, tone: Remark['tone']): void {
  const id = nextRemark++;
  ui.setState(({ remarks }) => ({ remarks: [...remarks.slice(-2), { id, text, tone }] }));
  setTimeout(() => dismissRemark(ui, id), STAYS[tone]);
}

export function dismissRemark(ui: UiStore, id: number): void {
  ui.setState(({ remarks }) => ({ remarks: remarks.filter((remark) => remark.id !== id) }));
}
