import { EvenkeelError } from '../core/errors.ts';
import { readTable, type Table, tableSize, writeTable } from './columns.ts';

/**
 * One telemetry frame: the exact aggregates that changed since the receiver's last frame, as absolute values (so a frame
 * that is merged away loses nothing), and a sample of single requests. Integers little-endian, strings once per frame.
 */

/** Counters of whole requests since the lab's start (exact), and their percentiles over the last 10 s. One row. */
export const TOTALS = {
  /** Requests that arrived at the balancer. */
  requests: 'f64',
  /** Ended with an answer below 500 from an origin. */
  completed: 'f64',
  /** Ended any other way (the client leaving included). */
  failed: 'f64',
  /** Attempts started, the first of each request included. */
  attempts: 'f64',
  /** Attempts beyond the first. */
  retries: 'f64',
  /** Requests in flight now. */
  inFlight: 'u32',
  /** Those of them in the balancer's queue: every origin that may serve them is full. */
  queued: 'u32',
  /** Requests ended in the last 10 s, and percentiles (ms) of the whole time they took. */
  recent: 'u32',
  p50: 'f32',
  p95: 'f32',
  p99: 'f32',
} as const;

/** Counters per origin since the lab's start (exact), and percentiles of attempts over the last 10 s. One row each. */
export const ORIGINS = {
  name: 'u32',
  started: 'f64',
  completed: 'f64',
  failed: 'f64',
  inFlight: 'u32',
  /** Attempts ended in the last 10 s. */
  recent: 'u32',
  p50: 'f32',
  p95: 'f32',
  p99: 'f32',
} as const;

/** Exact counts of one second. `origin` 0 (the empty string): whole requests; else attempts at that origin. */
export const SECONDS = {
  /** Seconds since the epoch. */
  second: 'u32',
  origin: 'u32',
  started: 'u32',
  ended: 'u32',
  failed: 'u32',
  retries: 'u32',
  /** ms, of those that ended in this second; 0 when none did, and until it is over. */
  mean: 'f32',
  p50: 'f32',
  p95: 'f32',
  p99: 'f32',
  max: 'f32',
} as const;

/** Attempts that began, sampled: what makes a dot leave. */
export const STARTS = { request: 'u32', attempt: 'u8', origin: 'u32', client: 'u32', at: 'f64' } as const;

/** Attempts that ended, sampled; failed ones always whole up to a limit of their own. */
export const ATTEMPTS = {
  request: 'u32',
  attempt: 'u8',
  /** 1: the request ended with this attempt. */
  last: 'u8',
  origin: 'u32',
  client: 'u32',
  method: 'u32',
  path: 'u32',
  strategy: 'u32',
  /** ms since the epoch. */
  at: 'f64',
  /** What the client got, 0 when the connection was cut. */
  status: 'u16',
  /** See `failureOf`. */
  failure: 'u8',
  /** See REASONS. */
  reason: 'u8',
  /** ms, each counted from `at`: connection at hand, first byte of the answer, end. */
  connected: 'f32',
  firstByte: 'f32',
  total: 'f32',
  /** ms from the request's arrival at the balancer to `at`. */
  waited: 'f32',
  /** ms of `waited`, since the request's last attempt, in the balancer's queue. */
  inQueue: 'f32',
  /** ms it waited for a worker at the origin, by the origin's own word; below 0 when it does not say. */
  queued: 'f32',
  /** Bytes of body. */
  received: 'f64',
  sent: 'f64',
} as const;

/** Why an origin was chosen, by wire code. */
export const REASONS = ['strategy', 'retry', 'only-one', 'none', 'sticky'] as const;
export type Reason = (typeof REASONS)[number];

/** Attempts that a snapshot brings along at most, so that a reloaded page has its list of requests back. */
export const SNAPSHOT_ATTEMPTS = 400;

export interface FrameHeader {
  /** Counts up by one per frame of a subscription. */
  readonly sequence: number;
  /** ms since the epoch when the frame was made. */
  readonly now: number;
  /** Whether it stands alone (the first, and the first after a pause) rather than continuing the one before. */
  readonly snapshot: boolean;
  /** One in this many requests is in STARTS and ATTEMPTS (failed attempts apart). */
  readonly sampling: number;
  /** Attempts that ended since the last frame, sampled or not. Exact. */
  readonly ended: number;
}

export interface Frame extends FrameHeader {
  readonly strings: readonly string[];
  readonly totals: Table<typeof TOTALS>;
  readonly origins: Table<typeof ORIGINS>;
  readonly seconds: Table<typeof SECONDS>;
  readonly starts: Table<typeof STARTS>;
  readonly attempts: Table<typeof ATTEMPTS>;
}

const MAGIC = 0x314b5645; // "EVK1"
const HEADER_BYTES = 32;
/** A receiver refuses more than this; the largest honest frame (5 minutes × 100 origins) is about 2 MB. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Of the last frame: the next one's are the same as a rule. */
let lastStrings: readonly string[] = [];
let lastText: Uint8Array = encoder.encode('[]');

function textOf(list: readonly string[]): Uint8Array {
  if (list.length !== lastStrings.length || list.some((each, place) => each !== lastStrings[place])) {
    lastStrings = list;
    lastText = encoder.encode(JSON.stringify(list));
  }
  return lastText;
}

/** A frame as bytes in a buffer of its own, so that it can be transferred. */
export function encodeFrame(frame: Frame): Uint8Array {
  const text = textOf(frame.strings);
  const textEnd = HEADER_BYTES + ((text.byteLength + 7) & ~7);
  const parts = [
    [TOTALS, frame.totals],
    [ORIGINS, frame.origins],
    [SECONDS, frame.seconds],
    [STARTS, frame.starts],
    [ATTEMPTS, frame.attempts],
  ] as const;
  const size = parts.reduce((sum, [shape, table]) => sum + tableSize(shape, table.rows), textEnd);
  const out = new ArrayBuffer(size);
  const head = new DataView(out);
  head.setUint32(0, MAGIC, true);
  head.setUint32(4, frame.sequence, true);
  head.setFloat64(8, frame.now, true);
  head.setUint32(16, frame.snapshot ? 1 : 0, true);
  head.setUint32(20, frame.sampling, true);
  head.setUint32(24, frame.ended, true);
  head.setUint32(28, text.byteLength, true);
  new Uint8Array(out, HEADER_BYTES, text.byteLength).set(text);
  let at = textEnd;
  for (const [shape, table] of parts) at = writeTable(out, at, shape, table.columns as never, table.rows);
  return new Uint8Array(out);
}

/**
 * Reads a frame; its columns are views on (a copy of, where misaligned) the given bytes.
 * @throws EvenkeelError `bad-frame` | `too-large`
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.byteLength > MAX_FRAME_BYTES) {
    throw new EvenkeelError(
      'too-large',
      `A telemetry frame of ${bytes.byteLength} bytes is over the limit of ${MAX_FRAME_BYTES}; reload the page.`,
    );
  }
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const buffer = (whole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer;
  const head = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || head.getUint32(0, true) !== MAGIC) {
    throw new EvenkeelError(
      'bad-frame',
      'A message that is not a telemetry frame arrived; reload the page to start afresh.',
    );
  }
  const textBytes = head.getUint32(28, true);
  if (HEADER_BYTES + textBytes > buffer.byteLength) {
    throw new EvenkeelError('bad-frame', 'A telemetry frame ended too early; reload the page to start afresh.');
  }
  const strings = readStrings(new Uint8Array(buffer, HEADER_BYTES, textBytes));
  const totals = readTable(buffer, HEADER_BYTES + ((textBytes + 7) & ~7), TOTALS);
  const origins = readTable(buffer, totals.end, ORIGINS);
  const seconds = readTable(buffer, origins.end, SECONDS);
  const starts = readTable(buffer, seconds.end, STARTS);
  const attempts = readTable(buffer, starts.end, ATTEMPTS);
  return {
    sequence: head.getUint32(4, true),
    now: head.getFloat64(8, true),
    snapshot: head.getUint32(16, true) === 1,
    sampling: head.getUint32(20, true),
    ended: head.getUint32(24, true),
    strings,
    totals: totals.table,
    origins: origins.table,
    seconds: seconds.table,
    starts: starts.table,
    attempts: attempts.table,
  };
}

function readStrings(text: Uint8Array): string[] {
  let strings: unknown;
  try {
    strings = JSON.parse(decoder.decode(text));
  } catch {
    strings = undefined;
  }
  if (Array.isArray(strings) && strings.every((each) => typeof each === 'string')) return strings;
  throw new EvenkeelError('bad-frame', 'A telemetry frame is damaged; reload the page to start afresh.');
}
