/** Runs programs in child processes with limits, and makes a network for them. */

import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, packageRoot } from '../helpers/folders';

/** The start of every program: the package, an IECore, `tell`, which prints a line of JSON, and `end`, which catches. */
const prelude = `
  const fs = require('node:fs');
  const { execFileSync } = require('node:child_process');
  const { IECore } = require(${JSON.stringify(packageRoot)});
  const ie = new IECore();
  const tell = (value) => fs.writeSync(1, JSON.stringify(value) + '\\n');
  const end = async (call) => {
    try { return await call(); } catch ({ name, code, message }) { return { name, code, message }; }
  };`;

const commandOf = (program: string, args: readonly string[], limits: string) => [
  ...['-c', `trap "" XFSZ; ${limits} exec "$@"`, 'bash', process.execPath, '-e'],
  `${prelude} (async () => { ${program} })();`,
  ...args,
];

/** How a process ended: its exit code or signal, its stderr, and what it printed with `tell`. */
export interface ChildEnd {
  status: number | null;
  signal: string | null;
  stderr: string;
  told: unknown[];
}

const linesOf = (stdout: string): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

/** Runs a program, the body of an async function, in a child process. `limits` are commands of the shell. */
export function inChild(program: string, args: readonly string[] = [], limits = ''): ChildEnd {
  const { status, signal, stdout, stderr } = spawnSync('bash', commandOf(program, args, limits), {
    env: bareEnvironment(),
    encoding: 'utf8',
    // A process that hangs is killed, and fails its test.
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  return { status, signal, stderr, told: linesOf(stdout) };
}

/** Runs a program without blocking; `onSpawn` may kill it. */
export async function besides(
  program: string,
  args: readonly string[],
  onSpawn: (kill: () => void) => void = () => undefined,
): Promise<ChildEnd> {
  const child = spawn('bash', commandOf(program, args, ''), { env: bareEnvironment() });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += String(data)));
  child.stderr.on('data', (data) => (stderr += String(data)));
  onSpawn(() => child.kill('SIGKILL'));
  return new Promise((resolve) => {
    child.once('close', (status, signal) => {
      resolve({ status, signal, stderr, told: linesOf(stdout) });
    });
  });
}

/** The end of a process that succeeded and printed these values. */
export const ended = (...told: unknown[]): ChildEnd => ({
  status: 0,
  signal: null,
  stderr: '',
  told,
});

/** For programs: opens files until the system refuses, prints its error code, and closes `left` of them again. */
export const openAllFiles = `
  const files = [];
  try {
    for (;;) files.push(fs.openSync('/dev/null'));
  } catch (error) {
    tell(error.code);
  }
  for (let i = 0; i < Number(left); i += 1) fs.closeSync(files.pop());`;

const columns = 1024;

/** A table of this many rows has 16 MB, which are read by several threads. */
export const manyRows = 4096;

/**
 * Writes a network that looks up rows of a table; returns the path of its .xml.
 *
 * @param value - the elements of the table, or a function that returns those of a row
 */
export function writeTable(
  folder: string,
  value: number | ((row: number) => number),
  rows = 64,
): string {
  const port = (id: number, precision: string, dims: readonly number[]): string =>
    `<port id="${id}" precision="${precision}">${dims.map((dim) => `<dim>${dim}</dim>`).join('')}</port>`;
  const bytes = rows * columns * 4;
  writeFileSync(
    join(folder, 'table.xml'),
    `<?xml version="1.0"?><net name="table" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,4" element_type="i32"/><output>${port(0, 'I32', [1, 4])}</output></layer>
<layer id="1" name="table" type="Const" version="opset1"><data element_type="f32" shape="${rows},${columns}" offset="0" size="${bytes}"/><output>${port(0, 'FP32', [rows, columns])}</output></layer>
<layer id="2" name="axis" type="Const" version="opset1"><data element_type="i32" shape="" offset="${bytes}" size="4"/><output><port id="0" precision="I32"/></output></layer>
<layer id="3" name="y" type="Gather" version="opset8"><data batch_dims="0"/><input>${port(0, 'FP32', [rows, columns])}${port(1, 'I32', [1, 4])}<port id="2" precision="I32"/></input><output>${port(3, 'FP32', [1, 4, columns])}</output></layer>
<layer id="4" name="result" type="Result" version="opset1"><input>${port(0, 'FP32', [1, 4, columns])}</input></layer>
</layers><edges><edge from-layer="1" from-port="0" to-layer="3" to-port="0"/><edge from-layer="0" from-port="0" to-layer="3" to-port="1"/>
<edge from-layer="2" from-port="0" to-layer="3" to-port="2"/><edge from-layer="3" from-port="3" to-layer="4" to-port="0"/></edges></net>`,
  );
  const weights = Buffer.alloc(bytes + 4);
  const table = new Float32Array(weights.buffer, weights.byteOffset, rows * columns);
  for (let row = 0; row < rows; row += 1)
    table.fill(typeof value === 'number' ? value : value(row), row * columns, (row + 1) * columns);
  writeFileSync(join(folder, 'table.bin'), weights);
  return join(folder, 'table.xml');
}

/** A function for programs: returns the distinct values in the result of a network of `writeTable`. */
export const ask = `
  const ask = async (exec) => {
    const { y } = await exec.infer({ x: new Int32Array([0, 21, 42, 63]) });
    return [...new Set(y.data)];
  };`;
