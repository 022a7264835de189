import type { Settings } from '../../src/protocol/command.ts';

/** What a key press means. */
export type KeyAction =
  | { readonly do: 'toggle-run' | 'projector' | 'theme' | 'help' | 'leave' | 'close-panel' | 'log' | 'filter' | 'note' }
  | { readonly do: 'strategy'; readonly index: number }
  | { readonly do: 'load'; readonly direction: 1 | -1 }
  | { readonly do: 'focus'; readonly origin: string }
  /** Without an origin: the one inspected last, else the first. */
  | { readonly do: 'inspect'; readonly origin: string | undefined }
  | { readonly do: 'kill' | 'drain' | 'slow' | 'errors' | 'freeze'; readonly origin: string };

export interface KeyContext {
  readonly singleKeys: Settings['singleKeys'];
  readonly origins: readonly string[];
  /** The origin whose card has the focus. */
  readonly focused: string | undefined;
  readonly panelOpen: boolean;
}

const ON_ORIGIN = { K: 'kill', D: 'drain', S: 'slow', E: 'errors', F: 'freeze' } as const;

/** The meaning of a key by its `KeyboardEvent.key`, undefined for none. On a card, its actions win over letters of origins. */
export function keyAction(key: string, { singleKeys, origins, focused, panelOpen }: KeyContext): KeyAction | undefined {
  if (key === ' ') return { do: 'toggle-run' };
  if (key === 'Escape') {
    if (panelOpen) return { do: 'close-panel' };
    return focused === undefined ? undefined : { do: 'leave' };
  }
  if (key === 'Enter') return focused === undefined ? undefined : { do: 'inspect', origin: focused };
  if (!singleKeys) return undefined;
  if (/^[1-9]$/.test(key)) return { do: 'strategy', index: Number(key) - 1 };
  if (key === '+' || key === '=') return { do: 'load', direction: 1 };
  if (key === '-' || key === '−') return { do: 'load', direction: -1 };
  if (key === '?') return { do: 'help' };
  if (key === '/') return { do: 'filter' };
  const letter = key.length === 1 ? key.toUpperCase() : '';
  if (focused !== undefined && letter in ON_ORIGIN) {
    return { do: ON_ORIGIN[letter as keyof typeof ON_ORIGIN], origin: focused };
  }
  if (/^[A-H]$/.test(letter)) {
    const origin = origins.includes(letter) ? letter : origins.find((name) => name.toUpperCase().startsWith(letter));
    return origin === undefined ? undefined : { do: 'focus', origin };
  }
  if (letter === 'I') return { do: 'inspect', origin: focused };
  if (letter === 'L') return { do: 'log' };
  if (letter === 'M') return { do: 'note' };
  if (letter === 'P') return { do: 'projector' };
  if (letter === 'T') return { do: 'theme' };
  return undefined;
}

/** Whether a press asks to take back the last change; in a text it means the text. */
export function isUndo({
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  target,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>): boolean {
  if (!(ctrlKey || metaKey) || altKey || shiftKey || key.toLowerCase() !== 'z') return false;
  return !(target instanceof Element && target.closest('input, textarea, [contenteditable]'));
}

/**
 * Whether a press belongs to what has the focus: text being typed, an open menu, a button for Space and Enter.
 * @param byPointer whether it got the focus by being clicked: Space then is not for it, or it would undo what the click did
 */
export function isTaken(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'target'>,
  byPointer = false,
): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (
    target.closest(
      'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"], [role="slider"]',
    )
  )
    return true;
  // To press what is chosen already means nothing there.
  if (target.closest('[data-segment][aria-pressed="true"]')) return false;
  return (
    ((event.key === ' ' && !byPointer) || event.key === 'Enter') &&
    target.closest('button, a, [role="button"], [role="combobox"]') !== null
  );
}
