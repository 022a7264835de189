/** Every error a user can cause, by a stable code; the message is one sentence that says what happened and what to do. */
export type ErrorCode =
  | 'bad-argument'
  | 'bad-lab'
  | 'bad-command'
  | 'bad-frame'
  | 'unknown-origin'
  | 'unknown-strategy'
  | 'not-ours'
  | 'port-in-use'
  | 'port-forbidden'
  | 'origin-failed'
  | 'not-allowed'
  | 'too-large'
  | 'disconnected'
  | 'storage'
  | 'internal';

/** An error whose message may be shown to people as it is. */
export class EvenkeelError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EvenkeelError';
    this.code = code;
  }
}
