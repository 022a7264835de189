/** Whoever stands in a line, and since when. Linked: leaving from the middle costs no more than from the front. */
export interface Place<Who> {
  readonly who: Who;
  /** Counts up over all lines: the smaller one came first, whatever the clock says. */
  readonly number: number;
  /** ms on the lab's clock. */
  readonly since: number;
  line: WaitingLine<Who> | undefined;
  ahead: Place<Who> | undefined;
  behind: Place<Who> | undefined;
}

/** First come, first served. */
export class WaitingLine<Who> {
  #first: Place<Who> | undefined;
  #last: Place<Who> | undefined;
  #length = 0;

  get first(): Place<Who> | undefined {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  /** Behind all who came before, which need not be all who are there: someone of another line may join late. */
  join(place: Place<Who>): void {
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

  leave(place: Place<Who>): void {
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
