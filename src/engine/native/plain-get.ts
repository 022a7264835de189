import type { ResponseHead } from './message-head.ts';
import type { OriginConnection, OriginUser } from './origin-connection.ts';

/** A GET of our own: sent whole at once, wants its answer and nothing else, and takes that as fast as it comes. */
export abstract class PlainGet implements OriginUser {
  readonly method = 'GET';
  readonly requestSent = true;
  protected abstract connection: OriginConnection;
  protected head: ResponseHead | undefined;
  readonly #text: string;

  /** @param text the whole request, latin-1 */
  constructor(text: string) {
    this.#text = text;
  }

  abstract ended(): void;
  abstract broke(code: string): void;
  abstract deadlinePassed(): void;

  connected(): void {
    this.connection.socket.write(this.#text, 'latin1');
  }

  answered(head: ResponseHead): void {
    this.head = head;
  }

  /** It asks for no other protocol. */
  switched(): boolean {
    return false;
  }

  bodyData(_piece: Buffer): void {}
  interim(): void {}
  flush(): void {}
  drained(): void {}
  tunnelData(): void {}
  tunnelEnded(): void {}
}
