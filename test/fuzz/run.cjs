'use strict';
/**
 * Reads damaged models with the package, in child processes. A case that ends neither with a result nor with a typed
 * error is kept in a folder and tried again with the runtime alone. Then the models of deaths/, which crash the
 * runtime, are read isolated.
 *
 *   npm run fuzz -- [--count N] [--seed S] [--from N] [--keep FOLDER]
 *   npm run fuzz -- --case FOLDER      run a kept case again
 *
 * Fails if the package crashes or throws an unknown error for a case that the runtime alone survives, and if isolated
 * reading accepts a model that crashes the runtime.
 */
const { execFileSync, spawn } = require('node:child_process');
const {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { parseArgs } = require('node:util');

const root = join(__dirname, '../..');
const built = join(root, 'build/fuzz');

/** Time after which a case counts as hanging, in ms. */
const limit = 10_000;
/** Number of children that run at the same time, and of cases for each. */
const children = 2;
const batch = 250;
/** Memory limit of a process, in bytes; a model that needs more fails with a typed error. */
const memory = 4 * 2 ** 30;

function buildBare() {
  const find = [join(root, 'scripts/find-openvino.cjs'), '--build', '--cmake'];
  const cmake = execFileSync(process.execPath, find, { encoding: 'utf8' }).trim();
  const configure = ['-S', join(__dirname, 'bare'), '-B', built, `-DOpenVINO_DIR=${cmake}`];
  execFileSync('cmake', configure, { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('cmake', ['--build', built], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs a program with the memory limit, and kills it if it reports nothing for too long. */
async function runLimited(command, args, onLine = () => undefined) {
  const child = spawn('prlimit', [`--data=${memory}`, '--core=0', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let hangs = false;
  const kill = () => {
    hangs = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill, limit);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    words = (words + text).slice(-4000);
  });
  createInterface({ input: child.stdio[3] }).on('line', (line) => {
    clearTimeout(timer);
    timer = setTimeout(kill, limit);
    onLine(line);
  });
  const [code, signal] = await new Promise((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  clearTimeout(timer);
  return { how: hangs ? 'hangs' : (signal ?? `exit code ${code}`), words: words.trim() };
}

/** The weights beside an IR, if the file exists. */
function weightsOf(path) {
  const weights = path.replace(/\.xml$/, '.bin');
  return weights !== path && existsSync(weights) ? [weights] : [];
}

/** The outcome of the runtime alone with a model: `result`, `exception`, or how it crashed. */
async function tryBare(way, path) {
  const { how } = await runLimited(join(built, 'bare'), [way, path, ...weightsOf(path)]);
  return { 'exit code 0': 'result', 'exit code 1': 'exception' }[how] ?? how;
}

/** The same for a kept case. */
async function tryBareAgain(folder) {
  const { main, way } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  return tryBare(way === 'bytes' ? 'bytes' : 'path', join(folder, main));
}

/** Runs a kept case in a process of its own: its outcome, or how the process crashed. */
async function tryAgain(folder) {
  let outcome;
  const { how } = await runLimited(
    process.execPath,
    [join(__dirname, 'child.cjs'), folder],
    (line) => {
      const [word, , , ...rest] = line.split(' ');
      if (word === 'end') outcome = rest.join(' ');
    },
  );
  return how === 'exit code 0' ? outcome : how;
}

class Run {
  #seed;
  #keep;
  #outcomes = {};
  #deaths = [];
  tried = 0;

  constructor(seed, keep) {
    this.#seed = seed;
    this.#keep = keep;
  }

  /** Runs the cases from one number to below another; continues after a case that crashes a child. */
  async cover(from, to, scratch) {
    let next = from;
    while (next < to) {
      let current;
      let stage;
      let done = false;
      const args = [join(__dirname, 'child.cjs'), scratch, this.#seed, next, to].map(String);
      const { how, words } = await runLimited(process.execPath, args, (line) => {
        const [word, what, group, ...rest] = line.split(' ');
        if (word === 'begin') current = Number(what);
        if (word === 'stage') stage = what;
        if (word === 'end') {
          this.#count(group, rest[0]);
          if (rest[0] === 'untyped') this.#report(current, scratch, rest.join(' '));
          next = current + 1;
          current = undefined;
        }
        done ||= word === 'done';
      });
      if (done && how === 'exit code 0') return;
      if (current === undefined) {
        if (done) current = to - 1;
        else throw new Error(`A child ended between cases (${how}): ${words}`);
      }
      await this.#death(current, stage, how, scratch, words);
      next = current + 1;
    }
  }

  #count(group, outcome) {
    this.tried += 1;
    this.#outcomes[group] ??= {};
    this.#outcomes[group][outcome] = (this.#outcomes[group][outcome] ?? 0) + 1;
  }

  #report(number, scratch, what) {
    const folder = join(this.#keep, String(number));
    cpSync(scratch, folder, { recursive: true });
    this.#deaths.push({ number, how: what, bare: 'not asked', folder });
    console.log(`${number}: ${what}`);
  }

  async #death(number, stage, how, scratch, words) {
    const folder = join(this.#keep, String(number));
    cpSync(scratch, folder, { recursive: true });
    const about = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
    const again = await tryAgain(folder);
    // On a busy machine a slow case may look as if it hung.
    if (how === 'hangs' && again !== 'hangs') return this.#count(about.group, again);
    const bare = await tryBareAgain(folder);
    this.#count(about.group, how);
    this.#deaths.push({ number, how, again, bare, folder });
    const { model, file, changes } = about;
    console.log(
      `${number}: ${how} at ${stage}; alone: ${again}; the runtime alone: ${bare}; ${model}, ${file}: ${changes.join(', ')}; ${words.split('\n').at(-1).slice(0, 160)}`,
    );
  }

  /** Prints the table; returns the cases that crash only the package. */
  summary() {
    const groups = Object.keys(this.#outcomes).sort();
    for (const group of groups) {
      const outcomes = Object.entries(this.#outcomes[group]).sort(([, a], [, b]) => b - a);
      console.log(`${group}: ${outcomes.map(([name, count]) => `${name} ${count}`).join(', ')}`);
    }
    const ours = this.#deaths.filter(({ bare }) =>
      ['result', 'exception', 'not asked'].includes(bare),
    );
    console.log(
      `${this.tried} cases, ${this.#deaths.length} deaths, ${ours.length} that the runtime alone survives`,
    );
    return ours;
  }
}

/** The outcome of reading a model of deaths/ isolated: `result`, or the code and text of its error. */
async function readIsolated(way, path) {
  const { IECore, OpenVINOError } = require('../..');
  const sources =
    way === 'path' ? [path] : [path, ...weightsOf(path)].map((file) => readFileSync(file));
  try {
    const isolated = { timeout: limit, memory };
    (await new IECore().readNetwork(...sources, { isolated })).close();
    return 'result';
  } catch (error) {
    return error instanceof OpenVINOError ? `${error.code}: ${error.message}` : `untyped: ${error}`;
  }
}

/** Reads the models of deaths/ isolated; returns those that were accepted although they crash the runtime. */
async function replay() {
  const folder = join(__dirname, 'deaths');
  const names = readdirSync(folder).filter((name) => !/\.(bin|md)$/.test(name));
  const wrong = [];
  const work = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const way = name.includes('from-memory') ? 'bytes' : 'path';
      const path = join(folder, name);
      const isolated = await readIsolated(way, path);
      console.log(`${name}: ${isolated.replace(`${folder}/`, '')}`);
      if (isolated.startsWith('NETWORK_NOT_READ: ')) continue;
      const bare = await tryBare(way, path);
      console.log(`${name}: the runtime alone: ${bare}`);
      if (isolated.startsWith('untyped') || !['result', 'exception'].includes(bare))
        wrong.push(name);
    }
  };
  await Promise.all(Array.from({ length: children }, work));
  return wrong;
}

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '6' },
      from: { type: 'string', default: '0' },
      keep: { type: 'string', default: join(root, 'build/fuzz-deaths') },
      case: { type: 'string' },
    },
  });
  buildBare();
  if (values.case !== undefined) {
    const again = await tryAgain(values.case);
    console.log(`${again}; the runtime alone: ${await tryBareAgain(values.case)}`);
    return;
  }
  const [count, seed, from] = [values.count, values.seed, values.from].map(Number);
  mkdirSync(values.keep, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'iecore-fuzz-'));
  const run = new Run(seed, values.keep);
  let next = from;
  const work = async (name) => {
    while (next < from + count) {
      const begin = next;
      next = Math.min(next + batch, from + count);
      await run.cover(begin, next, join(scratch, name));
    }
  };
  try {
    await Promise.all(Array.from({ length: children }, (_, i) => work(`child${i}`)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
  const ours = run.summary();
  const passed = await replay();
  if (passed.length > 0) console.log(`Isolated reading accepted: ${passed.join(', ')}`);
  if (ours.length + passed.length > 0) process.exitCode = 1;
}

void main();
