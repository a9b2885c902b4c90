/** A place in a line; whoever holds it may leave the line. */
export interface Place<T> {
  readonly item: T;
  /** In the order of arrival, over both queues of a line. */
  readonly number: number;
  readonly queue: Queue<T>;
  isWaiting: boolean;
  older: Place<T> | undefined;
  newer: Place<T> | undefined;
}

/** A doubly linked list: places leave at either end and in the middle, all in constant time. */
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
 * Who waits for a request, and who is next: the one who came first, unless callers give up.
 *
 * Where more is asked than can be done, everybody who is served in turn has waited nearly as long as
 * callers wait at all, and gives up before the answer is there: all work is for nobody. So once one
 * has given up, those who may give up are served newest first, for as long as it takes to serve as many
 * as wait: they get their answers in time, and the others would have been too late in any order. Those
 * who never give up keep their order, and take every second turn.
 */
export class WaitingLine<T> {
  /** Those who wait for however long it takes. */
  readonly #patient = new Queue<T>();
  /** Those who may give up. */
  readonly #hurried = new Queue<T>();
  #size = 0;
  #arrived = 0;
  /** How many turns are still given out as under overload. */
  #overloaded = 0;
  #hurriedIsNext = false;

  get size(): number {
    return this.#size;
  }

  /** @param mayGiveUp - whether the call has a signal */
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

  /** Takes the one who is next. */
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

  /** To be told of everyone who gives up, who still waits or is being served. */
  giveUp(place: Place<T> | undefined): void {
    this.#overloaded = Math.max(this.#overloaded, this.#size);
    if (place?.isWaiting === true) this.#remove(place);
  }

  /** Takes all. */
  clear(): T[] {
    const all: T[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) all.push(item);
    return all;
  }
}
