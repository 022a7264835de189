/** A place in a line. Linked: leaving from the middle costs no more than from the front. */
export interface Place<Self extends Place<Self>> {
  /** Counts up over all lines: the smaller one came first, whatever the clock says. */
  readonly number: number;
  line: WaitingLine<Self> | undefined;
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** First come, first served. */
export class WaitingLine<P extends Place<P>> {
  #first: P | undefined;
  #last: P | undefined;
  #length = 0;

  get first(): P | undefined {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  /** Behind all who came before, which need not be all who are there: someone of another line may join late. */
  join(place: P): void {
    let ahead = this.#last;
    while (ahead && ahead.number > place.number) ahead = ahead.ahead;
    const behind = ahead ? ahead.behind : this.#first;
    place.line = this;
    place.ahead = ahead;
    place.behind = behind;
    if (ahead) ahead.behind = place;
    else this.#first = place;
    if (behind) behind.ahead = place;
    else this.#last = place;
    this.#length++;
  }

  leave(place: P): void {
    const { ahead, behind } = place;
    if (ahead) ahead.behind = behind;
    else this.#first = behind;
    if (behind) behind.ahead = ahead;
    else this.#last = ahead;
    place.line = undefined;
    place.ahead = undefined;
    place.behind = undefined;
    this.#length--;
  }
}
