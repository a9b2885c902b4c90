import { type Place, WaitingLine } from '../../lib/base/waiting-line';

/** A line of callers: capitals have a signal and may give up. */
function lineOf(names: string) {
  const line = new WaitingLine<string>();
  const places = new Map<string, Place<string>>();
  for (const name of names) places.set(name, line.push(name, name !== name.toLowerCase()));
  return { line, giveUp: (name: string) => line.giveUp(places.get(name)) };
}

const rest = (line: WaitingLine<string>) => line.clear().join('');

test('calls are served in the order of arrival', () => {
  expect(rest(lineOf('aBcDE').line)).toBe('aBcDE');
  expect(new WaitingLine().take()).toBeUndefined();
});

test('after a caller gave up, calls with a signal are served newest first', () => {
  const { line, giveUp } = lineOf('ABCDE');
  giveUp('A');
  expect(line.size).toBe(4);
  expect(rest(line)).toBe('EDCB');
});

test('calls without a signal keep their order and are every second call to be served', () => {
  const { line, giveUp } = lineOf('abcXYZdef');
  giveUp('X');
  expect(rest(line)).toBe('ZaYbcdef');
});

test('both kinds of calls alternate, however often callers give up in between', () => {
  const { line, giveUp } = lineOf('abcABCDEF');
  const order = [...'ABC'].map((name) => {
    giveUp(name);
    return line.take()! + line.take()!;
  });
  expect(order).toEqual(['Fa', 'Eb', 'Dc']);
});

test('the order of arrival returns once all calls that waited were served, or when no call waits', () => {
  const { line, giveUp } = lineOf('ABCDE');
  giveUp('E');
  for (const name of 'FGHIJ') line.push(name, true);
  expect([line.take(), line.take(), line.take(), line.take(), line.take()].join('')).toBe('JIHGF');
  expect(rest(line)).toBe('ABCD');
  const other = lineOf('AB');
  other.giveUp('A');
  other.giveUp('B');
  other.line.push('C', true);
  other.line.push('D', true);
  expect(rest(other.line)).toBe('CD');
});

test('a caller that gives up while being served is a sign of overload too, and leaves the line', () => {
  const { line, giveUp } = lineOf('ABC');
  expect(line.take()).toBe('A');
  giveUp('A');
  expect(line.size).toBe(2);
  line.giveUp(undefined);
  expect(rest(line)).toBe('CB');
});

test('a hundred thousand calls are added and removed in less than a second', () => {
  const line = new WaitingLine<number>();
  const began = performance.now();
  const places = Array.from({ length: 100_000 }, (_, i) => line.push(i, i % 2 === 0));
  for (const place of places.filter((_, i) => i % 4 === 0)) line.giveUp(place);
  expect(line.clear()).toHaveLength(75_000);
  expect(performance.now() - began).toBeLessThan(1000);
});

/** Simulates a service and its clients, in virtual time. */
class Service {
  readonly #line = new WaitingLine<() => void>();
  readonly #events: { time: number; happen: () => void }[] = [];
  #now = 0;
  #idle: number;
  #answered = 0;

  /** @param newestFirst - false: the line never learns that callers gave up, so it keeps the order of arrival */
  constructor(
    readonly capacity: number,
    readonly requests: number,
    readonly newestFirst: boolean,
  ) {
    this.#idle = requests;
  }

  #at(time: number, happen: () => void): void {
    const later = this.#events.findIndex((event) => event.time > time);
    this.#events.splice(later === -1 ? this.#events.length : later, 0, { time, happen });
  }

  #call(deadline: number, ended: () => void): void {
    const began = this.#now;
    let isOver = false;
    let isRunning = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      if (isRunning) this.#idle += 1;
      ended();
      while (this.#idle > 0 && this.#line.size > 0) this.#line.take()!();
    };
    const place = this.#line.push(() => {
      if (isOver) return;
      isRunning = true;
      this.#idle -= 1;
      this.#at(this.#now + this.requests / this.capacity, () => {
        if (!isOver) this.#answered += 1;
        end();
      });
    }, true);
    this.#at(began + deadline, () => {
      if (isOver) return;
      if (this.newestFirst) this.#line.giveUp(place);
      end();
    });
    while (this.#idle > 0 && this.#line.size > 0) this.#line.take()!();
  }

  /** Answers per second to clients that call again when `pause` is over and their last call has ended. */
  answersOf(clients: number, pause: number, deadline: number, seconds: number): number {
    const live = (): void => {
      const next = this.#now + pause;
      this.#call(deadline, () => {
        this.#at(Math.max(next, this.#now), live);
      });
    };
    for (let i = 0; i < clients; i += 1) this.#at((i / clients) * pause, live);
    while (this.#now < seconds) {
      const { time, happen } = this.#events.shift()!;
      this.#now = time;
      happen();
    }
    return this.#answered / seconds;
  }
}

describe('128 clients that make twice as many calls as the capacity, with a timeout of 500 ms', () => {
  const capacity = 105;
  const answers = (newestFirst: boolean, pause: number) =>
    new Service(capacity, 2, newestFirst).answersOf(128, pause, 0.5, 30);

  test.each([
    ['at a steady pace', 128 / (2 * capacity)],
    ['at twice that pace', 128 / (4 * capacity)],
    ['as soon as the last call has ended', 0],
  ])('calling %s get at least four fifths of the possible answers', (_, pause) => {
    expect(answers(true, pause)).toBeGreaterThan(0.8 * capacity);
  });

  test('would get less than a fifth of the possible answers in the order of arrival', () => {
    expect(answers(false, 128 / (2 * capacity))).toBeLessThan(0.2 * capacity);
  });
});
