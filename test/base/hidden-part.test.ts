import { hiddenPart } from '../../lib/base/hidden-part';

const secret = hiddenPart<Safe, string>();

class Safe {
  constructor(content: string) {
    secret.set(this, content);
  }
}

test('only the accessor reaches the part', () => {
  const safe = new Safe('gold');
  expect(secret.get(safe)).toBe('gold');
  expect(Reflect.ownKeys(safe)).toEqual([]);
});

test('neither a proxy nor an object of the same prototype has the part', () => {
  const safe = new Safe('gold');
  const forged = Object.create(Safe.prototype) as Safe;
  expect(secret.has(safe)).toBe(true);
  for (const other of [new Proxy(safe, {}), forged, {}, null, 'gold'])
    expect(secret.has(other)).toBe(false);
  expect(() => secret.get(forged)).toThrow(TypeError);
});

test('one object may have parts of two accessors', () => {
  const other = hiddenPart<Safe, number>();
  const safe = new Safe('gold');
  other.set(safe, 7);
  expect([secret.get(safe), other.get(safe)]).toEqual(['gold', 7]);
});
