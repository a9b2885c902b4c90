'use strict';
/**
 * Calls every public member of a group with hostile values, in the current folder, which ./hostile.test.ts prepares. It
 * fails on a crash, on an error that is not of this package, and on a call that never ends; fast-check then shows the
 * arguments.
 *
 *   node run.cjs                        prints the groups, and the members that nothing calls
 *   node run.cjs GROUP RUNS SEED        calls each member of the group RUNS times
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { inspect } = require('node:util');
const fc = require('fast-check');
const { spoil, thrownBack } = require('./values.cjs');
const { excused, ie, lib, members, publicMembers, World } = require('./members.cjs');

const errors = readFileSync(join(__dirname, '../../lib/errors.ts'), 'utf8');
const codes = new Set([...errors.matchAll(/^ {2}([A-Z_]+): '\w+',$/gm)].map(([, code]) => code));

const longest = 60_000;

function checkError(error, isSpoofed) {
  // Errors of the caller's own callbacks and iterators are passed on unchanged.
  if (error === thrownBack) return;
  // A method on an object of another class throws JavaScript's TypeError, as for any class.
  if (isSpoofed && error instanceof TypeError) return;
  if (error instanceof lib.OpenVINOError && codes.has(error.code)) return;
  throw new Error('Expected a result or an error of this package', { cause: error });
}

/** The outcome of a call; of an async iterable, its first few items. */
async function settle(result) {
  const value = await result;
  if (typeof value !== 'object' || value?.[Symbol.asyncIterator] === undefined) return;
  let left = 3;
  for await (const item of value) {
    void item;
    left -= 1;
    if (left === 0) break;
  }
}

/** Receivers that only look like objects of the class. */
const spoofs = {
  heir: (receiver) => Object.create(receiver),
  'of the prototype': (receiver) => Object.create(Object.getPrototypeOf(receiver)),
  proxy: (receiver) => new Proxy(receiver, {}),
  nothing: () => undefined,
  plain: () => ({}),
};

/** Calls a member by its name on any receiver. */
function caller(name, [subject, argsOf = () => [], custom], w) {
  if (custom !== undefined) return { argsOf, call: (_, args) => custom(w, ...args) };
  const [, kind, path] = /^(new |get |set |)([^,]+)/.exec(name);
  if (kind === 'new ') return { argsOf, call: (_, args) => Reflect.construct(subject, args) };
  if (!path.includes('.')) return { argsOf, call: (_, args) => subject(...args) };
  const receiver = subject(w);
  const key = path.endsWith('[Symbol.dispose]')
    ? Symbol.dispose
    : path.slice(path.lastIndexOf('.') + 1);
  let owner = Object.getPrototypeOf(receiver);
  while (!Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner);
  const { get, set, value } = Object.getOwnPropertyDescriptor(owner, key);
  const method = { 'get ': get, 'set ': set, '': value }[kind];
  return { argsOf, receiver, call: (self, args) => Reflect.apply(method, self, args) };
}

let now = '';

async function runOnce(name, member, gen) {
  const w = new World();
  const { argsOf, receiver, call } = caller(name, member, w);
  const act = gen(fc.constantFrom, 'close', 'cancel', 'start', 'infer', 'nothing');
  const args = argsOf(w);
  const isSpoofed = receiver !== undefined && (args.length === 0 || gen(fc.nat, 9) === 0);
  const self = isSpoofed
    ? spoofs[gen(fc.constantFrom, ...Object.keys(spoofs))](receiver)
    : receiver;
  if (args.length > 0) {
    const at = gen(fc.nat, args.length - 1);
    args[at] = spoil(gen, args[at], () => w.meddle(act));
  }
  const guard = setTimeout(() => {
    process.stderr.write(`${name} never ended: ${fc.stringify(gen.values())}\n`);
    process.exit(3);
  }, longest);
  try {
    await settle(call(self, args));
  } catch (error) {
    checkError(error, isSpoofed);
  } finally {
    clearTimeout(guard);
  }
  await w.check();
  w.close();
}

async function main([group, runs, seed]) {
  if (group === undefined) {
    const called = new Set(
      Object.values(members).flatMap((group) =>
        Object.keys(group).map((name) => name.split(',')[0]),
      ),
    );
    const all = publicMembers();
    const uncalled = [...all].filter((name) => !called.has(name) && !excused.includes(name));
    const gone = [...excused].filter((name) => !all.has(name));
    process.stdout.write(JSON.stringify({ groups: Object.keys(members), uncalled, gone }));
    return;
  }
  ie.loadNetworkSync('state.xml', 'CPU').exportSync('exported.bin');
  for (const [name, member] of Object.entries(members[group])) {
    now = name;
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (gen) => runOnce(name, member, gen)),
      { numRuns: Number(runs), seed: Number(seed) },
    );
  }
  process.stdout.write('done\n');
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`${now}: a rejection that nobody handles: ${String(error)}\n`);
  process.exit(4);
});

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(
    `${now}: ${error.stack ?? error}\n${inspect(error.cause?.cause ?? error.cause)}\n`,
  );
  process.exit(1);
});
