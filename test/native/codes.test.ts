import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const native = join(root, 'native');
const table = 'boundary/codes.hpp';

function matches(file: string, pattern: RegExp): string[] {
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, text]) => text!);
}

/** Codes as `lib/errors.ts` lists them: `INVALID_ARGUMENT: 'ArgumentError'`. */
const known = matches(join(root, 'lib/errors.ts'), /^ {2}([A-Z_]+): '\w+Error',$/gm);
const own = matches(join(native, table), / k\w+\[\] = "(.*)";$/gm);

test('the native side uses only codes that lib/errors.ts lists', () => {
  expect(known.length).toBeGreaterThan(20);
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter((code) => !known.includes(code))).toEqual([]);
});

test('each code of the native side stands once, in the table', () => {
  const sources = readdirSync(native, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.[ch]pp$/.test(name) && name !== table,
  );
  const spelled = sources.flatMap((name) =>
    matches(join(native, name), /"([A-Z_]+)"/g)
      .filter((text) => known.includes(text))
      .map((code) => `${name}: ${code}`),
  );
  expect(spelled).toEqual([]);
  expect(new Set(own).size).toBe(own.length);
});
