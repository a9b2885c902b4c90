/** Tries a model in a process of its own before this one reads it: what a damaged one does there, it does not do here. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { checkInteger, readOptions, checkString } from '../base/check';
import { runChild } from '../base/child-process';
import { step, type Operation } from '../base/operation';
import type { DeviceName } from '../device/names';
import { errorOf, type ErrorCode, type OpenVINOError } from '../errors';
import { loadingEnvironment } from '../addon/loader';
import { packageRoot } from '../addon/runtime';

/** Loaded when first needed: it would make each start 3 ms longer. */
const childProcess = () => process.getBuiltinModule('node:child_process');

/** What the process that tries a model does, and what it may have. */
export interface IsolationOptions {
  /** A device of the runtime's own on which it loads the network and runs it once; null: it reads only. Default: CPU. */
  device?: DeviceName | null;
  /** How many milliseconds it may take, at most a day. Default: 60000. */
  timeout?: number;
  /** How many bytes of memory it may have, on Linux: at least 256 MB. Default: what the machine or the container has. */
  memory?: number;
}

/** All of them, set. */
export type IsolationLimits = Required<IsolationOptions>;

/** A model as `readNetwork` was given it, in the terms of the process that tries it. */
export interface IsolatedModel {
  /** What it is called in an error. */
  what: string;
  /** Paths, or bytes; the weights' are empty where there are none. */
  model: string | Uint8Array;
  weights: string | Uint8Array;
}

/** The first line that the process is given. */
export interface IsolationRequest {
  /** Paths, or how many bytes follow. */
  model: string | number;
  weights: string | number;
  extensions: readonly string[];
  device: DeviceName | null;
  timeout: number;
  memory: number;
}

/** A line that it answers: what it does next, or how it ended. */
export type IsolationMessage =
  { stage: string } | { done: true } | { error: { code: ErrorCode; message: string } };

/** How the process ended, and what it had said until then. */
interface Ending {
  /** Why it could not be started. */
  failure?: Error | undefined;
  timedOut: boolean;
  status: number | null;
  signal: NodeJS.Signals | null;
  answer: string;
}

/** As much as there is for this process: of the container's memory, if it has a limit, or the machine's. */
function ownMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Checks the option `isolated`; undefined where the model is read at once. */
export function toIsolationLimits(value: unknown, name: string): IsolationLimits | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return toIsolationLimits({}, name);
  const keys = ['device', 'timeout', 'memory'];
  const given = readOptions(value as IsolationOptions, name, keys);
  const { device = 'CPU', timeout = 60_000, memory } = given;
  if (device !== null) checkString(device, `${name}.device`);
  checkInteger(timeout, `${name}.timeout`, 1, 24 * 3600 * 1000);
  // Node and the runtime take most of the least for themselves.
  if (memory !== undefined) checkInteger(memory, `${name}.memory`, 2 ** 28);
  return { device, timeout, memory: memory ?? ownMemory() };
}

const bytesOf = (part: string | Uint8Array): Uint8Array[] =>
  typeof part === 'string' ? [] : [part];

function inputOf(
  { model, weights }: IsolatedModel,
  extensions: readonly string[],
  limits: IsolationLimits,
): Buffer {
  const named = (part: string | Uint8Array): string | number =>
    typeof part === 'string' ? part : part.byteLength;
  const request: IsolationRequest = {
    model: named(model),
    weights: named(weights),
    extensions,
    ...limits,
  };
  const line = Buffer.from(`${JSON.stringify(request)}\n`);
  return Buffer.concat([line, ...bytesOf(model), ...bytesOf(weights)]);
}

/** What starting it takes: the same Node, its program, and of the environment only what loading the addon needs. */
function commandOf({ timeout }: IsolationLimits) {
  return {
    args: [join(packageRoot, 'dist/programs/isolated.js')],
    options: { env: loadingEnvironment(), timeout, killSignal: 'SIGKILL', windowsHide: true },
  } as const;
}

async function run(input: Buffer, limits: IsolationLimits): Promise<Ending> {
  const { args, options } = commandOf(limits);
  let answer = '';
  const onStart = ({ stdio }: ChildProcess): void => {
    const [stdin, , , pipe] = stdio as unknown as [Writable, null, null, Readable];
    pipe.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    // That the pipe broke is told by how the process ended.
    stdin.on('error', () => undefined);
    stdin.end(input);
  };
  const stdio = ['pipe', 'ignore', 'ignore', 'pipe'] as const;
  try {
    const child = { ...options, stdio: [...stdio] };
    const { status, signal, killed } = await runChild(process.execPath, args, child, onStart);
    return { timedOut: killed, status, signal, answer };
  } catch (error) {
    return { failure: error as Error, timedOut: false, status: null, signal: null, answer };
  }
}

function runSync(input: Buffer, limits: IsolationLimits): Ending {
  const { args, options } = commandOf(limits);
  const result = childProcess().spawnSync(process.execPath, args, {
    ...options,
    input,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const { error, status, signal } = result;
  // Without a process there is no output, whatever the types say.
  const output = result.output as (string | Buffer | null)[] | null;
  return {
    // With a status or a signal it only tells of the pipe or the time.
    failure: status === null && signal === null ? error : undefined,
    timedOut: (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT',
    status,
    signal,
    answer: String(output?.[3] ?? ''),
  };
}

/** Throws what it means for the model, unless the process was done with it and ended well. */
function judge({ what }: IsolatedModel, limits: IsolationLimits, ending: Ending): void {
  const { failure, timedOut, status, signal, answer } = ending;
  const refuse = (how: string): OpenVINOError =>
    errorOf('NETWORK_NOT_READ', `Cannot read ${what}: the process that tries it first ${how}`);
  if (failure !== undefined) throw refuse(`cannot be started: ${failure.message}`);
  const messages = answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IsolationMessage);
  const last = messages.at(-1);
  if (last !== undefined && 'error' in last) {
    const { code, message } = last.error;
    throw code === 'OUT_OF_MEMORY'
      ? refuse(`had not enough memory with ${limits.memory} bytes: ${message}`)
      : errorOf(code, message);
  }
  if (last !== undefined && 'done' in last && status === 0) return;
  const stage = last !== undefined && 'stage' in last ? last.stage : undefined;
  const when = stage === undefined ? '' : ` while it was ${stage}`;
  if (timedOut) throw refuse(`was not done within ${limits.timeout} ms${when}`);
  throw refuse(`died${when}: ${signal ?? `exit code ${String(status)}`}`);
}

/**
 * Tries a model in another process: reads it there, loads it and runs it once.
 *
 * @param extensions - libraries with operations that the model may use
 * @throws OpenVINOError - NETWORK_NOT_READ when the process crashed or exceeded its time or memory; otherwise the
 *   error that the model caused there
 */
export function* tryIsolated(
  model: IsolatedModel,
  extensions: readonly string[],
  limits: IsolationLimits,
): Operation<void> {
  const input = inputOf(model, extensions, limits);
  judge(model, limits, yield* step((sync) => (sync ? runSync(input, limits) : run(input, limits))));
}
