import {
  boolean,
  choice,
  defaultTo,
  integer,
  required,
  text,
  texts,
  type OptionsOf,
  type OptionTable,
} from '../../../lib/base/option-table';
import {
  declareCommand,
  type CommandTable,
  type FlagsFor,
} from '../../../lib/cli/shared/command-options';
import { errorOf } from '../../../lib/errors';

const library = {
  requests: integer(1),
  hint: choice({ latency: 1, throughput: 2 }),
  percentile: defaultTo(integer(1, 100), 50),
  deep: defaultTo(boolean(), false),
} satisfies OptionTable;
type LibraryOptions = OptionsOf<typeof library>;

const dims = {
  ...text(),
  fromText: (dimensions: string) => {
    if (!dimensions.startsWith('['))
      throw errorOf('INVALID_ARGUMENT', 'Expected [1,3], received ' + dimensions);
    return dimensions;
  },
};

const flags = {
  model: { flags: '-m, --model <file>', help: 'network to measure', takes: required(text()) },
  requests: {
    flags: '--nireq <number>',
    aliases: ['-nireq', '--number_infer_requests'],
    help: 'number of requests',
    takes: library.requests,
  },
  hint: { flags: '--hint <name>', help: 'purpose', takes: library.hint },
  percentile: { flags: '--percentile <number>', help: 'percentile', takes: library.percentile },
  deep: { flags: '--deep', aliases: ['-deep'], help: 'measure layers', takes: library.deep },
  shape: { flags: '--shape <dims>', help: 'shape', takes: dims },
  paths: { flags: '-i, --images <paths...>', help: 'images', takes: texts() },
  old: { flags: '--old', help: 'does nothing', takes: boolean(), hidden: true },
} satisfies CommandTable & FlagsFor<LibraryOptions>;

function command(run: (values: object) => void = () => undefined) {
  return declareCommand(
    { name: 'measure', description: 'Measure a network', examples: [['measure -m a', 'one']] },
    flags,
    run,
  )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

async function valuesOf(...args: string[]): Promise<object> {
  let values = {};
  await command((given) => {
    values = given;
  }).parseAsync(['-m', 'a', ...args], { from: 'user' });
  return values;
}

test('passes values by the names of the table, with defaults', async () => {
  await expect(valuesOf()).resolves.toEqual({ model: 'a', percentile: 50, deep: false });
  await expect(valuesOf('--nireq', '2', '--hint', 'latency', '--deep')).resolves.toEqual({
    ...{ model: 'a', requests: 2, hint: 'latency', percentile: 50, deep: true },
  });
});

test('keeps --json and --verbose', async () => {
  await expect(valuesOf('--json', '--verbose')).resolves.toMatchObject({
    json: true,
    verbose: true,
  });
});

test.each(['-nireq', '--number_infer_requests'])('%s is an alias', async (alias) => {
  await expect(valuesOf(alias, '2', '-deep')).resolves.toMatchObject({ requests: 2, deep: true });
});

test('collects a list', async () => {
  await expect(valuesOf('-i', 'b', 'c')).resolves.toMatchObject({ paths: ['b', 'c'] });
});

test.each([
  ['--nireq', '0', 'Expected a whole number of at least 1.'],
  ['--nireq', 'many', 'Expected a whole number of at least 1.'],
  ['--percentile', '101', 'Expected a whole number from 1 to 100.'],
  ['--hint', 'speed', 'Expected one of latency, throughput.'],
])('%s %s is wrong usage', async (flag, value, message) => {
  await expect(valuesOf(flag, value)).rejects.toMatchObject({
    code: 'commander.invalidArgument',
    message: expect.stringMatching(`argument '${value}' is invalid. ${message}$`) as string,
  });
});

test('a missing option is wrong usage', async () => {
  await expect(command().parseAsync([], { from: 'user' })).rejects.toMatchObject({
    code: 'commander.missingMandatoryOptionValue',
  });
});

test('an error of fromText is not wrapped', async () => {
  await expect(valuesOf('--shape', '1,3')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('the help derives from the table', () => {
  const help = command().helpInformation();
  expect(help).toMatch(/--nireq <number> +number of requests \(also -nireq,\s+--number_infer_req/);
  expect(help).toMatch(/--hint <name> +purpose \(choices: "latency", "throughput"\)/);
  expect(help).toMatch(/--percentile <number> +percentile \(default: 50\)/);
  expect(help).toMatch(/--deep +measure layers \(also -deep\)\n/);
  expect(help).not.toContain('--old');
});

test('a table that forgets an option of the library does not compile', () => {
  type IsComplete<Table> = Table extends FlagsFor<LibraryOptions> ? true : false;
  const whole: IsComplete<typeof flags> = true;
  const forgetful: IsComplete<Omit<typeof flags, 'requests'>> = false;
  expect([whole, forgetful]).toEqual([true, false]);
});
