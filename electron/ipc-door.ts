import { type IpcMainEvent, ipcMain, type WebContents } from 'electron';
import { MAX_BRIDGE_MESSAGE } from '../src/protocol/bridge.ts';
import type { Message, Transport } from '../src/protocol/transport.ts';
import { APP_ORIGIN } from './app-origin.ts';
import type { Channel } from './channel.ts';

const OPEN = 'evenkeel:open' satisfies Channel;
const MESSAGE = 'evenkeel:message' satisfies Channel;

/** Messages kept for a lab that is still starting; a page that says more is not ours, or is broken. */
const MAX_EARLY = 100;

/**
 * The one door between the page and the lab, and the only file that may import `ipcMain`. It lets in text from the main
 * frame of our own page and nothing else; what a message means is checked behind it, by the lab, for every host alike.
 *
 * @param contents the page
 * @param onConnect gets a transport for each page that starts to listen; the one before it is closed by then
 * @param log is told once per kind of refusal, so that a hostile page cannot fill a disk
 */
export function openDoor(
  contents: WebContents,
  onConnect: (transport: Transport) => void,
  log: (sentence: string) => void,
): void {
  let current: PageTransport | undefined;
  const refused = new Set<string>();
  const refuse = (why: string): void => {
    if (refused.has(why)) return;
    refused.add(why);
    log(`A message to the lab was refused: ${why}.`);
  };
  const hangUp = (): void => {
    current?.close();
    current = undefined;
  };

  ipcMain.on(OPEN, (event) => {
    const problem = senderProblem(event, contents);
    if (problem !== undefined) return refuse(problem);
    hangUp();
    current = new PageTransport(contents);
    onConnect(current);
  });
  ipcMain.on(MESSAGE, (event, payload: unknown) => {
    const problem = senderProblem(event, contents) ?? payloadProblem(payload);
    if (problem !== undefined) return refuse(problem);
    current?.receive(payload as string);
  });
  // A page that goes cannot say so itself.
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) hangUp();
  });
  contents.on('render-process-gone', hangUp);
  contents.on('destroyed', hangUp);
}

/** Why a message's sender is not our page, or undefined when it is. */
function senderProblem({ sender, senderFrame }: IpcMainEvent, contents: WebContents): string | undefined {
  if (sender !== contents) return 'it came from another window';
  // Null once the frame has gone or navigated: whoever sent it is not there any more.
  if (!senderFrame) return 'it came from a page that has gone';
  if (senderFrame.parent !== null) return 'it came from a frame inside the page';
  if (senderFrame.origin !== APP_ORIGIN) return `it did not come from ${APP_ORIGIN}`;
  return undefined;
}

function payloadProblem(payload: unknown): string | undefined {
  if (typeof payload !== 'string') return 'it was not text';
  if (payload.length > MAX_BRIDGE_MESSAGE) return `it was longer than ${MAX_BRIDGE_MESSAGE} characters`;
  return undefined;
}

/**
 * One page's connection, from the moment it listens until it goes. The page may be there before the lab: what it says in
 * the meantime is kept for the first listener.
 */
class PageTransport implements Transport {
  #contents: WebContents;
  #listeners: ((message: Message) => void)[] = [];
  #early: string[] = [];
  #closers: (() => void)[] = [];
  #open = true;

  constructor(contents: WebContents) {
    this.#contents = contents;
  }

  send(message: Message): void {
    if (!this.#open || this.#contents.isDestroyed()) return;
    // A view is cloned with the whole buffer behind it.
    const whole = typeof message === 'string' || message.byteLength === message.buffer.byteLength;
    this.#contents.send(MESSAGE, whole ? message : message.slice());
  }

  onMessage(listener: (message: Message) => void): void {
    this.#listeners.push(listener);
    for (const text of this.#early.splice(0)) listener(text);
  }

  onClose(listener: () => void): void {
    if (this.#open) this.#closers.push(listener);
    else listener();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#early = [];
    for (const closer of this.#closers.splice(0)) closer();
  }

  receive(text: string): void {
    if (!this.#open) return;
    if (this.#listeners.length > 0) for (const listener of this.#listeners) listener(text);
    else if (this.#early.length < MAX_EARLY) this.#early.push(text);
  }
}
