/** Events to begin with; it grows by doubling. */
const FIRST_CAPACITY = 1024;

/**
 * What will happen when, soonest first; events of one moment in the order in which they were added. A binary heap over three
 * typed arrays: an event is a number, so nothing is allocated for it and nothing is left for the garbage collector.
 */
export class EventHeap {
  /** The place behind the last one says Infinity, so that the first one always says when the next is. */
  #times = new Float64Array(FIRST_CAPACITY).fill(Number.POSITIVE_INFINITY, 0, 1);
  /** Rising numbers that decide between events of one moment. */
  #orders = new Float64Array(FIRST_CAPACITY);
  #events = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #next = 0;

  get size(): number {
    return this.#size;
  }

  /** When (ms) the next event happens; Infinity if none does. */
  get nextAt(): number {
    return this.#times[0] as number;
  }

  /** @param event an integer of at most 31 bits that says what it is */
  add(at: number, event: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    let hole = this.#size++;
    // The newest event has the highest number, so it only passes those that are later.
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if ((times[parent] as number) <= at) break;
      times[hole] = times[parent] as number;
      orders[hole] = orders[parent] as number;
      events[hole] = events[parent] as number;
      hole = parent;
    }
    times[hole] = at;
    orders[hole] = this.#next++;
    events[hole] = event;
  }

  /** Takes out the next event; there has to be one. */
  take(): number {
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    const first = events[0] as number;
    const size = --this.#size;
    const at = times[size] as number;
    const order = orders[size] as number;
    const event = events[size] as number;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      let time = times[child] as number;
      const other = child + 1;
      if (other < size) {
        const otherTime = times[other] as number;
        if (otherTime < time || (otherTime === time && (orders[other] as number) < (orders[child] as number))) {
          child = other;
          time = otherTime;
        }
      }
      if (time > at || (time === at && (orders[child] as number) > order)) break;
      times[hole] = time;
      orders[hole] = orders[child] as number;
      events[hole] = events[child] as number;
      hole = child;
    }
    times[hole] = at;
    orders[hole] = order;
    events[hole] = event;
    times[size] = Number.POSITIVE_INFINITY;
    return first;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    this.#times = grown(this.#times, new Float64Array(capacity));
    this.#orders = grown(this.#orders, new Float64Array(capacity));
    this.#events = grown(this.#events, new Int32Array(capacity));
  }
}

function grown<Numbers extends Float64Array | Int32Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}
