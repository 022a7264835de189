// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { isTaken, isUndo, type KeyContext, keyAction } from '../../../renderer/app/keys.ts';
import { faultOfKey } from '../../../renderer/features/origins/fault-commands.ts';
import { originOf, RUNNING } from './origins.ts';

const context: KeyContext = {
  singleKeys: true,
  origins: ['A', 'B', 'D', 'legacy', 'Hal'],
  focused: undefined,
  panelOpen: false,
};

describe('keyAction', () => {
  it.each([
    [' ', { do: 'toggle-run' }],
    ['1', { do: 'strategy', index: 0 }],
    ['9', { do: 'strategy', index: 8 }],
    ['+', { do: 'load', direction: 1 }],
    ['=', { do: 'load', direction: 1 }],
    ['-', { do: 'load', direction: -1 }],
    ['p', { do: 'projector' }],
    ['l', { do: 'log' }],
    ['m', { do: 'note' }],
    ['/', { do: 'filter' }],
    ['T', { do: 'theme' }],
    ['?', { do: 'help' }],
    ['b', { do: 'focus', origin: 'B' }],
    ['D', { do: 'focus', origin: 'D' }],
    ['h', { do: 'focus', origin: 'Hal' }],
    ['c', undefined],
    ['k', undefined],
    ['Escape', undefined],
    ['ArrowDown', undefined],
    ['0', undefined],
  ])('%j', (key, action) => {
    expect(keyAction(key, context)).toEqual(action);
  });

  it('acts on the focused origin, where D and E mean drain and errors', () => {
    const focused = { ...context, focused: 'B' };
    expect(keyAction('k', focused)).toEqual({ do: 'kill', origin: 'B' });
    expect(keyAction('d', focused)).toEqual({ do: 'drain', origin: 'B' });
    expect(keyAction('s', focused)).toEqual({ do: 'slow', origin: 'B' });
    expect(keyAction('e', focused)).toEqual({ do: 'errors', origin: 'B' });
    expect(keyAction('a', focused)).toEqual({ do: 'focus', origin: 'A' });
    expect(keyAction('f', focused)).toEqual({ do: 'freeze', origin: 'B' });
    expect(keyAction('Enter', focused)).toEqual({ do: 'inspect', origin: 'B' });
    expect(keyAction('i', focused)).toEqual({ do: 'inspect', origin: 'B' });
    expect(keyAction('Escape', focused)).toEqual({ do: 'leave' });
  });

  it('inspects the last origin without a focus, and Escape closes the panel first', () => {
    expect(keyAction('I', context)).toEqual({ do: 'inspect', origin: undefined });
    expect(keyAction('Enter', context)).toBeUndefined();
    expect(keyAction('Escape', { ...context, focused: 'B', panelOpen: true })).toEqual({ do: 'close-panel' });
  });

  it('leaves only Space and Escape when single keys are off', () => {
    const off = { ...context, singleKeys: false, focused: 'B' };
    for (const key of ['1', '+', 'p', 'k', 'a', '?']) expect(keyAction(key, off)).toBeUndefined();
    expect(keyAction(' ', off)).toEqual({ do: 'toggle-run' });
    expect(keyAction('Escape', off)).toEqual({ do: 'leave' });
  });
});

describe('isTaken', () => {
  const press = (html: string, key: string, options: KeyboardEventInit = {}, byPointer = false): boolean => {
    document.body.innerHTML = html;
    const target = document.querySelector('[data-target]') ?? document.body;
    let taken = false;
    const listener = (event: Event): void => {
      taken = isTaken(event as KeyboardEvent, byPointer);
    };
    document.addEventListener('keydown', listener, { once: true });
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...options }));
    return taken;
  };

  it('leaves keys to fields, menus and dialogs, and Space to buttons', () => {
    expect(press('<input data-target>', 'k')).toBe(true);
    expect(press('<div role="menu"><div data-target></div></div>', 'k')).toBe(true);
    expect(press('<div role="dialog"><button data-target></button></div>', '1')).toBe(true);
    expect(press('<button data-target></button>', ' ')).toBe(true);
    expect(press('<button data-target></button>', 'Enter')).toBe(true);
  });

  it('takes Space on a button that was only clicked: it would undo the click', () => {
    expect(press('<button data-target></button>', ' ', {}, true)).toBe(false);
    expect(press('<button data-target></button>', 'Enter', {}, true)).toBe(true);
    expect(press('<input data-target>', ' ', {}, true)).toBe(true);
    expect(press('<div role="menu"><div data-target></div></div>', ' ', {}, true)).toBe(true);
  });

  it('takes the rest, also on a focused button', () => {
    expect(press('<button data-target></button>', 'k')).toBe(false);
    expect(press('<div role="group" data-target></div>', ' ')).toBe(false);
    expect(press('', 'p')).toBe(false);
  });

  it('never takes what is pressed with a modifier', () => {
    expect(press('', 'p', { ctrlKey: true })).toBe(true);
    expect(press('', 'p', { metaKey: true })).toBe(true);
  });
});

describe('isUndo', () => {
  const press = (part: Partial<KeyboardEvent>) => ({
    key: 'z',
    ctrlKey: true,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: document.body,
    ...part,
  });
  it('is Ctrl or ⌘ Z, but in a text it is the text’s', () => {
    expect(isUndo(press({}))).toBe(true);
    expect(isUndo(press({ ctrlKey: false, metaKey: true }))).toBe(true);
    expect(isUndo(press({ target: document.createElement('button') }))).toBe(true);
    expect(isUndo(press({ target: document.createElement('input') }))).toBe(false);
    expect(isUndo(press({ ctrlKey: false }))).toBe(false);
    expect(isUndo(press({ shiftKey: true }))).toBe(false);
    expect(isUndo(press({ key: 'y' }))).toBe(false);
  });
});

describe('a key on an origin', () => {
  const withFaults = (faults: Partial<typeof RUNNING.faults>) =>
    originOf('A', { process: { ...RUNNING, faults: { ...RUNNING.faults, ...faults } } });

  it('does its fault, and takes it back, whatever else is done to it', () => {
    expect(faultOfKey('slow', originOf('A'))).toBe('slow');
    expect(faultOfKey('slow', withFaults({ slow: 10 }))).toBe('heal');
    expect(faultOfKey('errors', withFaults({ slow: 10 }))).toBe('errors');
    expect(faultOfKey('errors', withFaults({ errors: 0.5 }))).toBe('heal');
    expect(faultOfKey('drain', originOf('A', { status: 'drained' }))).toBe('resume');
  });

  it('restarts a process that is dead for any reason', () => {
    expect(faultOfKey('kill', originOf('A'))).toBe('kill');
    for (const status of ['exited', 'failed'] as const)
      expect(faultOfKey('kill', originOf('A', { process: { ...RUNNING, status } }))).toBe('restart');
  });
});
