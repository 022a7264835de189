/** One message: text (JSON) or binary (a telemetry frame). */
export type Message = string | Uint8Array;

/** Carries messages in order between two sides; the one thing a host has to provide. */
export interface Transport {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
  /** Called once, when the other side has gone. */
  onClose(listener: () => void): void;
  close(): void;
}
