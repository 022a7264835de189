import type { Settings } from '../../src/protocol/command.ts';

/** What a key press means. */
export type KeyAction =
  | { readonly do: 'toggle-run' | 'projector' | 'theme' | 'help' | 'leave' }
  | { readonly do: 'strategy'; readonly index: number }
  | { readonly do: 'load'; readonly direction: 1 | -1 }
  | { readonly do: 'focus'; readonly origin: string }
  | { readonly do: 'kill' | 'drain' | 'slow' | 'errors'; readonly origin: string };

export interface KeyContext {
  readonly singleKeys: Settings['singleKeys'];
  readonly origins: readonly string[];
  /** The origin whose card has the focus. */
  readonly focused: string | undefined;
}

const ON_ORIGIN = { K: 'kill', D: 'drain', S: 'slow', E: 'errors' } as const;

/** The meaning of a key by its `KeyboardEvent.key`, undefined for none. On a card, its four actions win over letters of origins. */
export function keyAction(key: string, { singleKeys, origins, focused }: KeyContext): KeyAction | undefined {
  if (key === ' ') return { do: 'toggle-run' };
  if (key === 'Escape') return focused === undefined ? undefined : { do: 'leave' };
  if (!singleKeys) return undefined;
  if (/^[1-9]$/.test(key)) return { do: 'strategy', index: Number(key) - 1 };
  if (key === '+' || key === '=') return { do: 'load', direction: 1 };
  if (key === '-' || key === '−') return { do: 'load', direction: -1 };
  if (key === '?') return { do: 'help' };
  const letter = key.length === 1 ? key.toUpperCase() : '';
  if (focused !== undefined && letter in ON_ORIGIN) {
    return { do: ON_ORIGIN[letter as keyof typeof ON_ORIGIN], origin: focused };
  }
  if (/^[A-H]$/.test(letter)) {
    const origin = origins.includes(letter) ? letter : origins.find((name) => name.toUpperCase().startsWith(letter));
    return origin === undefined ? undefined : { do: 'focus', origin };
  }
  if (letter === 'P') return { do: 'projector' };
  if (letter === 'T') return { do: 'theme' };
  return undefined;
}

/** Whether a press belongs to what has the focus: text being typed, an open menu, a button for Space. */
export function isTaken(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'target'>,
): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]'))
    return true;
  return event.key === ' ' && target.closest('button, a, [role="button"], [role="combobox"]') !== null;
}
