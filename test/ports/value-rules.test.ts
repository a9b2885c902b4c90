import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bareEnvironment, temporaryFolders, write } from '../helpers/folders';
import { isSince } from '../helpers/runtime';
import { weights } from './value-rules/case';
import { lists } from './value-rules/lists';
import { regions } from './value-rules/regions';
import { sequences } from './value-rules/sequences';

const newFolder = temporaryFolders();

interface Result {
  good: unknown[];
  bad: unknown[];
  again: unknown;
}

/** The number of ways in which `values.cjs` passes bad inputs. */
const ways = 5;

/** JSON has no NaN and no infinity; they go as text. */
const encode = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

// The networks of a group run in one child process, which an unchecked value may crash.
describe.each([
  ['lists', lists],
  ['regions', regions],
  ['sequences', sequences],
])('operations on %s', (_, all) => {
  const cases = all.filter(({ since = '2024.4' }) => isSince(since));
  let results: Result[];

  beforeAll(() => {
    const networks = cases.map(({ model, precisions = {}, good, bad }) => ({
      model: model.toString(),
      precisions,
      good: good.map(({ inputs }) => inputs),
      bad: bad.map(({ inputs }) => inputs),
    }));
    const file = write(
      join(newFolder(), 'cases.json'),
      JSON.stringify({ weights, cases: networks }, encode),
    );
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [join(__dirname, '../process/values.cjs'), file],
      { env: bareEnvironment(), encoding: 'utf8' },
    );
    if (status !== 0 || stderr !== '') {
      throw new Error(`The child process ended with ${signal ?? status}: ${stderr}`);
    }
    results = JSON.parse(stdout) as Result[];
  });

  describe.each(cases.map((one, i) => ({ ...one, i })))('$name', ({ good, bad, i }) => {
    test('computes with valid values', () => {
      const expected = good.map((one) =>
        one.expected.map((value) => expect.closeTo(value, 4) as number),
      );
      expect(results[i]!.good).toEqual(expected);
      expect(results[i]!.again).toEqual(expected[0]);
    });

    test('refuses invalid values, in whichever way they are passed', () => {
      const refused = (text: string): unknown => ({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(text) as string,
      });
      expect(results[i]!.bad).toEqual(
        bad.flatMap(({ text }) => Array.from({ length: ways }, () => refused(text))),
      );
    });
  });
});
