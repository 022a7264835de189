import { EventEmitter } from 'node:events';
import type { IpcMainEvent, Session, WebContents, WebFrameMain } from 'electron';
import { vi } from 'vitest';

// Typed stand-ins for the parts of Electron that the guards touch. Each is an emitter with the methods of the real one that
// are used; the casts are here and nowhere else.

export interface FakeContents extends WebContents {
  /** What was sent to the page: channel and payload. */
  readonly sent: (readonly [channel: string, payload: unknown])[];
  readonly windowOpenHandler: () => { readonly action: string };
}

/** A page's WebContents; `emit` plays what Chromium reports. */
export function fakeContents(): FakeContents {
  const sent: [string, unknown][] = [];
  const contents = Object.assign(new EventEmitter(), {
    sent,
    windowOpenHandler: (): { action: string } => ({ action: 'allow' }),
    send: (channel: string, payload: unknown) => void sent.push([channel, payload]),
    isDestroyed: () => false,
    setWindowOpenHandler(handler: () => { action: string }) {
      contents.windowOpenHandler = handler;
    },
  });
  return contents as unknown as FakeContents;
}

/** A message's event, from the main frame of `app://lab` unless told otherwise. */
export function fakeMessageEvent(
  sender: WebContents,
  frame: { readonly origin?: string; readonly parent?: object | null } | null = {},
): IpcMainEvent {
  const senderFrame = frame && { origin: 'app://lab', parent: null, ...frame };
  return { sender, senderFrame: senderFrame as WebFrameMain | null } as unknown as IpcMainEvent;
}

/** A navigation's event; `prevented` says what became of it. */
export function fakeNavigation(url: string): { readonly url: string; prevented: boolean; preventDefault(): void } {
  return {
    url,
    prevented: false,
    preventDefault() {
      this.prevented = true;
    },
  };
}

/** A session that keeps the handlers it is given. */
export function fakeSession() {
  const handlers = {
    setPermissionRequestHandler: vi.fn<Session['setPermissionRequestHandler']>(),
    setPermissionCheckHandler: vi.fn<Session['setPermissionCheckHandler']>(),
    setDevicePermissionHandler: vi.fn<Session['setDevicePermissionHandler']>(),
  };
  return { session: handlers as unknown as Session, handlers };
}
