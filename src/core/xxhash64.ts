/** The primes of the specification, P1 to P5, in halves of 32 bits; signed, as engines keep such integers in registers. */
const P1_HIGH = 0x9e3779b1 | 0;
const P1_LOW = 0x85ebca87 | 0;
const P2_HIGH = 0xc2b2ae3d | 0;
const P2_LOW = 0x27d4eb4f;
const P3_HIGH = 0x165667b1;
const P3_LOW = 0x9e3779f9 | 0;
const P4_HIGH = 0x85ebca77 | 0;
const P4_LOW = 0xc2b2ae63 | 0;
const P5_HIGH = 0x27d4eb2f;
const P5_LOW = 0x165667c5;

/** Bytes of one round of the four accumulators. */
const STRIPE = 32;

/**
 * xxHash64 (Yann Collet's specification) of texts as UTF-8. Numbers here hold 53 bits, and BigInt is slow and allocates; so
 * 64 bits are two halves, and the result stays in the instance: hashing allocates nothing.
 */
export class XxHash64 {
  /** The upper 32 bits of the last hash, 0 to 2^32 - 1. */
  high = 0;
  /** The lower 32 bits of the last hash, 0 to 2^32 - 1. */
  low = 0;
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  /** The four accumulators of long texts, each its high half, then its low one. */
  readonly #lanes = new Int32Array(8);

  /**
   * Hashes a text; the result is in `high` and `low`.
   * @param seed a whole number from 0 to 2^32 - 1
   */
  update(text: string, seed = 0): this {
    return this.#digest(this.#encode(text, 0), seed);
  }

  /**
   * Hashes a text that comes after bytes which were encoded before; the same as of both as one text.
   * @param start at most 1000 bytes
   */
  updateAfter(start: Uint8Array, text: string): this {
    const { length } = start;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    for (let index = 0; index < length; index++) bytes[index] = start[index] ?? 0;
    return this.#digest(this.#encode(text, length), 0);
  }

  /** The bytes of a text as it is hashed. */
  bytesOf(text: string): Uint8Array {
    const length = this.#encode(text, 0);
    return this.#bytes.slice(0, length);
  }

  /** Hashes the first `length` bytes of the buffer. */
  #digest(length: number, seed: number): this {
    const view = this.#view;
    let at = 0;
    let high = P5_HIGH | 0;
    let low = add(seed, P5_LOW);
    high = (high + carry(seed, P5_LOW)) | 0;
    if (length >= STRIPE) {
      at = this.#stripes(length, seed);
      high = this.high;
      low = this.low;
    }
    high = (high + carry(low, length)) | 0;
    low = add(low, length);
    for (; at + 8 <= length; at += 8) {
      const lane = view.getInt32(at, true);
      const rounded = roundHigh(0, 0, view.getInt32(at + 4, true), lane);
      low ^= roundLow(0, 0, view.getInt32(at + 4, true), lane);
      high ^= rounded;
      const turned = (high << 27) | (low >>> 5);
      low = (low << 27) | (high >>> 5);
      high = (productHigh(turned, low, P1_HIGH, P1_LOW) + P4_HIGH + carry(Math.imul(low, P1_LOW), P4_LOW)) | 0;
      low = add(Math.imul(low, P1_LOW), P4_LOW);
    }
    if (at + 4 <= length) {
      const lane = view.getInt32(at, true);
      high ^= productHigh(0, lane, P1_HIGH, P1_LOW);
      low ^= Math.imul(lane, P1_LOW);
      const turned = (high << 23) | (low >>> 9);
      low = (low << 23) | (high >>> 9);
      high = (productHigh(turned, low, P2_HIGH, P2_LOW) + P3_HIGH + carry(Math.imul(low, P2_LOW), P3_LOW)) | 0;
      low = add(Math.imul(low, P2_LOW), P3_LOW);
      at += 4;
    }
    for (; at < length; at++) {
      const byte = view.getUint8(at);
      high ^= productHigh(0, byte, P5_HIGH, P5_LOW);
      low ^= Math.imul(byte, P5_LOW);
      const turned = (high << 11) | (low >>> 21);
      low = (low << 11) | (high >>> 21);
      high = productHigh(turned, low, P1_HIGH, P1_LOW);
      low = Math.imul(low, P1_LOW);
    }
    // The avalanche: every bit comes to depend on every other.
    low ^= high >>> 1;
    high = productHigh(high, low, P2_HIGH, P2_LOW);
    low = Math.imul(low, P2_LOW);
    low ^= (low >>> 29) | (high << 3);
    high ^= high >>> 29;
    high = productHigh(high, low, P3_HIGH, P3_LOW);
    low = Math.imul(low, P3_LOW);
    this.high = high >>> 0;
    this.low = (low ^ high) >>> 0;
    return this;
  }

  /** The last hash modulo `divisor`, exact for a whole number from 1 to 2^21. */
  modulo(divisor: number): number {
    return ((this.high % divisor) * (4294967296 % divisor) + this.low) % divisor;
  }

  /** The upper 53 bits of the last hash: as many as a number holds. */
  top53(): number {
    return this.high * 2097152 + (this.low >>> 11);
  }

  /** All whole stripes; leaves the merged accumulators in `high` and `low`. @returns where the stripes end */
  #stripes(length: number, seed: number): number {
    const lanes = this.#lanes;
    this.#startLanes(seed);
    let at = 0;
    for (; at + STRIPE <= length; at += STRIPE) {
      for (let lane = 0; lane < 8; lane += 2) {
        const low = this.#view.getInt32(at + lane * 4, true);
        const high = this.#view.getInt32(at + lane * 4 + 4, true);
        const before = lanes[lane] ?? 0;
        lanes[lane] = roundHigh(before, lanes[lane + 1] ?? 0, high, low);
        lanes[lane + 1] = roundLow(before, lanes[lane + 1] ?? 0, high, low);
      }
    }
    let high = 0;
    let low = 0;
    for (const [lane, turn] of LANE_TURNS) {
      const laneHigh = lanes[lane] ?? 0;
      const laneLow = lanes[lane + 1] ?? 0;
      const turnedLow = (laneLow << turn) | (laneHigh >>> (32 - turn));
      high = (high + ((laneHigh << turn) | (laneLow >>> (32 - turn))) + carry(low, turnedLow)) | 0;
      low = add(low, turnedLow);
    }
    for (let lane = 0; lane < 8; lane += 2) {
      high ^= roundHigh(0, 0, lanes[lane] ?? 0, lanes[lane + 1] ?? 0);
      low ^= roundLow(0, 0, lanes[lane] ?? 0, lanes[lane + 1] ?? 0);
      high = (productHigh(high, low, P1_HIGH, P1_LOW) + P4_HIGH + carry(Math.imul(low, P1_LOW), P4_LOW)) | 0;
      low = add(Math.imul(low, P1_LOW), P4_LOW);
    }
    this.high = high;
    this.low = low;
    return at;
  }

  /** seed + P1 + P2, seed + P2, seed, seed - P1. */
  #startLanes(seed: number): void {
    const lanes = this.#lanes;
    const both = add(P1_LOW, P2_LOW);
    lanes[0] = P1_HIGH + P2_HIGH + carry(P1_LOW, P2_LOW) + carry(seed, both);
    lanes[1] = add(seed, both);
    lanes[2] = P2_HIGH + carry(seed, P2_LOW);
    lanes[3] = add(seed, P2_LOW);
    lanes[4] = 0;
    lanes[5] = seed;
    lanes[6] = ~P1_HIGH + carry(seed, -P1_LOW);
    lanes[7] = add(seed, -P1_LOW);
  }

  #makeRoom(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(length);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** Writes the text as UTF-8 into the buffer; lone surrogates become U+FFFD. @returns where it ends */
  #encode(text: string, start: number): number {
    this.#makeRoom(start + text.length * 3);
    const bytes = this.#bytes;
    let length = start;
    for (let index = 0; index < text.length; index++) {
      let code = text.charCodeAt(index);
      if (code < 0x80) {
        bytes[length++] = code;
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        const whole = text.codePointAt(index) ?? 0;
        code = whole > 0xffff ? whole : 0xfffd;
        if (whole > 0xffff) index++;
      }
      if (code < 0x800) {
        bytes[length++] = 0xc0 | (code >> 6);
      } else {
        if (code < 0x10000) {
          bytes[length++] = 0xe0 | (code >> 12);
        } else {
          bytes[length++] = 0xf0 | (code >> 18);
          bytes[length++] = 0x80 | ((code >> 12) & 63);
        }
        bytes[length++] = 0x80 | ((code >> 6) & 63);
      }
      bytes[length++] = 0x80 | (code & 63);
    }
    return length;
  }
}

/** Where each accumulator is and how far it is rotated when all are added up. */
const LANE_TURNS = [
  [0, 1],
  [2, 7],
  [4, 12],
  [6, 18],
] as const;

/** The lower half of a sum. */
function add(a: number, b: number): number {
  return (a + b) | 0;
}

/** What a sum of two lower halves carries over to the upper ones: 0 or 1. */
function carry(a: number, b: number): number {
  return (a >>> 0) + (b >>> 0) > 0xffffffff ? 1 : 0;
}

/** The upper half of the product of two numbers of 64 bits; the lower one is `Math.imul` of the lower halves. */
function productHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16);
  const other = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff);
  const carried = Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16);
  return (carried + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
}

/** One round: accumulator plus lane times P2, rotated by 31, times P1; its upper half. */
function roundHigh(high: number, low: number, laneHigh: number, laneLow: number): number {
  const sumLow = add(low, Math.imul(laneLow, P2_LOW));
  const sumHigh = productHigh(laneHigh, laneLow, P2_HIGH, P2_LOW) + high + carry(low, Math.imul(laneLow, P2_LOW));
  return productHigh((sumHigh << 31) | (sumLow >>> 1), (sumLow << 31) | (sumHigh >>> 1), P1_HIGH, P1_LOW);
}

/** Its lower half. */
function roundLow(high: number, low: number, laneHigh: number, laneLow: number): number {
  const sumLow = add(low, Math.imul(laneLow, P2_LOW));
  const sumHigh = productHigh(laneHigh, laneLow, P2_HIGH, P2_LOW) + high + carry(low, Math.imul(laneLow, P2_LOW));
  return Math.imul((sumLow << 31) | (sumHigh >>> 1), P1_LOW);
}
