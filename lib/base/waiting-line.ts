/** Decides which of the waiting calls is served next, under overload too. */

/** A place in a line; its holder may leave the line. */
export interface Place<T> {
  readonly item: T;
  /** Position in the order of arrival, over both queues of a line. */
  readonly number: number;
  readonly queue: Queue<T>;
  isWaiting: boolean;
  older: Place<T> | undefined;
  newer: Place<T> | undefined;
}

/** A doubly linked list: places are removed at either end and in the middle in constant time. */
class Queue<T> {
  oldest: Place<T> | undefined;
  newest: Place<T> | undefined;

  push(item: T, number: number): Place<T> {
    const older = this.newest;
    const place = { item, number, queue: this, isWaiting: true, older, newer: undefined };
    if (older === undefined) this.oldest = place;
    else older.newer = place;
    this.newest = place;
    return place;
  }

  remove(place: Place<T>): void {
    const { older, newer } = place;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    place.isWaiting = false;
    place.older = undefined;
    place.newer = undefined;
  }
}

/**
 * The calls that wait for a request. They are served in the order of arrival, unless callers give up.
 *
 * Under overload, a call that is served in the order of arrival has already waited nearly as long as its caller is
 * willing to wait. The caller gives up before the result exists, so all work is wasted. Therefore, once a caller has
 * given up, calls with a signal are served newest first, for a number of calls equal to the length of the line: they get
 * their results in time, and the older ones would have been too late in any order. Calls without a signal, whose callers
 * never give up, keep their order and are every second call to be served.
 */
export class WaitingLine<T> {
  /** Calls without a signal, which never give up. */
  readonly #patient = new Queue<T>();
  /** Calls with a signal, which may give up. */
  readonly #hurried = new Queue<T>();
  #size = 0;
  #arrived = 0;
  /** The number of calls still to be served in the order for overload. */
  #overloaded = 0;
  #hurriedIsNext = false;

  /** The number of waiting calls. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a call at the end.
   *
   * @param mayGiveUp - whether the call has a signal
   */
  push(item: T, mayGiveUp: boolean): Place<T> {
    this.#size += 1;
    this.#arrived += 1;
    return (mayGiveUp ? this.#hurried : this.#patient).push(item, this.#arrived);
  }

  #next(): Place<T> | undefined {
    const [patient, hurried] = [this.#patient.oldest, this.#hurried.oldest];
    if (hurried === undefined) return patient;
    if (this.#overloaded === 0)
      return patient === undefined || hurried.number < patient.number ? hurried : patient;
    this.#overloaded -= 1;
    if (patient === undefined) return this.#hurried.newest;
    this.#hurriedIsNext = !this.#hurriedIsNext;
    return this.#hurriedIsNext ? this.#hurried.newest : patient;
  }

  /** Removes and returns the call to serve next. */
  take(): T | undefined {
    const place = this.#next();
    if (place === undefined) return undefined;
    this.#remove(place);
    return place.item;
  }

  #remove(place: Place<T>): void {
    place.queue.remove(place);
    this.#size -= 1;
    if (this.#size === 0) this.#overloaded = 0;
  }

  /** Records that a caller has given up, while its call was waiting or, without a place, being served. */
  giveUp(place: Place<T> | undefined): void {
    this.#overloaded = Math.max(this.#overloaded, this.#size);
    if (place?.isWaiting === true) this.#remove(place);
  }

  /** Removes and returns all calls. */
  clear(): T[] {
    const all: T[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) all.push(item);
    return all;
  }
}
