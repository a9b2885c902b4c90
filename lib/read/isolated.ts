/** Tries a model in another process before this process reads it, because a damaged model may crash the process. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { checkString } from '../base/check';
import { runChild } from '../base/child-process';
import { step, type Operation } from '../base/operation';
import {
  defaultTo,
  integer,
  option,
  readTable,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import type { DeviceName } from '../device/names';
import { errorOf, type ErrorCode, type OpenVINOError } from '../errors';
import { loadingEnvironment } from '../addon/loader';
import { packageRoot } from '../addon/runtime';

/** Loads node:child_process when first needed, because loading it takes 3 ms. */
const childProcess = () => process.getBuiltinModule('node:child_process');

/** The table of {@link IsolationOptions}. */
const isolationOptions = {
  /** The device on which it loads the network and runs it once; null: it only reads the model. Default: CPU. */
  device: defaultTo(
    option<DeviceName | null>('the name of a device, or null', (value, name) => {
      if (value !== null) checkString(value, name);
      return value;
    }),
    'CPU',
  ),
  /** Maximum time in ms, at most one day. Default: 60000. */
  timeout: defaultTo(integer(1, 24 * 3600 * 1000), 60_000),
  // Node and the runtime alone need most of the minimum.
  /** Maximum memory in bytes, on Linux: at least 256 MB. Default: the memory of the machine or the container. */
  memory: integer(2 ** 28),
} satisfies OptionTable;

/** The steps and the limits of the other process. */
export interface IsolationOptions extends OptionsOf<typeof isolationOptions> {}

/** Checked options, with defaults. */
export type IsolationLimits = Required<SettingsOf<typeof isolationOptions>>;

/** A model for the other process. */
export interface IsolatedModel {
  /** Its name in error messages. */
  what: string;
  /** Path or bytes; empty weights if there are none. */
  model: string | Uint8Array;
  weights: string | Uint8Array;
}

/** The request to the other process: the first line of its standard input. */
export interface IsolationRequest {
  /** Path, or the number of bytes that follow the line. */
  model: string | number;
  weights: string | number;
  extensions: readonly string[];
  device: DeviceName | null;
  timeout: number;
  memory: number;
}

/** A line of the answer: the next step, or the result. */
export type IsolationMessage =
  { stage: string } | { done: true } | { error: { code: ErrorCode; message: string } };

/** How the process ended, and its answer until then. */
interface Ending {
  /** Why it did not start. */
  failure?: Error | undefined;
  timedOut: boolean;
  status: number | null;
  signal: NodeJS.Signals | null;
  answer: string;
}

/** The memory that this process may use, in bytes: the limit of the container, or the memory of the machine. */
function ownMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Checks the option `isolated`; returns undefined if no other process shall try the model. */
export function toIsolationLimits(value: unknown, name: string): IsolationLimits | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return toIsolationLimits({}, name);
  const { memory = ownMemory(), ...given } = readTable(
    isolationOptions,
    value as IsolationOptions,
    name,
  );
  return { ...given, memory };
}

/** The bytes of a part that is not a file. */
const inlineBytes = (part: string | Uint8Array): Uint8Array[] =>
  typeof part === 'string' ? [] : [part];

/** The standard input of the process: the request, and the bytes of the model and the weights. */
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
  return Buffer.concat([line, ...inlineBytes(model), ...inlineBytes(weights)]);
}

/** The arguments to start the process with; it gets only the environment variables that loading the addon needs. */
function commandOf({ timeout }: IsolationLimits) {
  return {
    args: [join(packageRoot, 'dist/programs/isolated.js')],
    options: { env: loadingEnvironment(), timeout, killSignal: 'SIGKILL', windowsHide: true },
  } as const;
}

/** Runs the process to its end. */
async function runProcess(input: Buffer, limits: IsolationLimits): Promise<Ending> {
  const { args, options } = commandOf(limits);
  let answer = '';
  const onStart = ({ stdio }: ChildProcess): void => {
    const [stdin, , , pipe] = stdio as unknown as [Writable, null, null, Readable];
    pipe.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    // If the pipe breaks, the status of the process shows the reason.
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

/** The synchronous twin of `runProcess`. */
function runProcessSync(input: Buffer, limits: IsolationLimits): Ending {
  const { args, options } = commandOf(limits);
  const result = childProcess().spawnSync(process.execPath, args, {
    ...options,
    input,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const { error, status, signal } = result;
  // If the process did not start, there is no output, although its type says otherwise.
  const output = result.output as (string | Buffer | null)[] | null;
  return {
    // With a status or a signal, the error only concerns the pipe or the timeout.
    failure: status === null && signal === null ? error : undefined,
    timedOut: (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT',
    status,
    signal,
    answer: String(output?.[3] ?? ''),
  };
}

/** Throws the error for the model, unless the process completed all steps. */
function checkEnding({ what }: IsolatedModel, limits: IsolationLimits, ending: Ending): void {
  const { failure, timedOut, status, signal, answer } = ending;
  const refuse = (how: string): OpenVINOError =>
    errorOf('NETWORK_NOT_READ', `Cannot read ${what}: the process that tries it ${how}`);
  if (failure !== undefined) throw refuse(`did not start: ${failure.message}`);
  const messages = answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IsolationMessage);
  const last = messages.at(-1);
  if (last !== undefined && 'error' in last) {
    const { code, message } = last.error;
    throw code === 'OUT_OF_MEMORY'
      ? refuse(`needed more memory than ${limits.memory} bytes: ${message}`)
      : errorOf(code, message);
  }
  if (last !== undefined && 'done' in last && status === 0) return;
  const stage = last !== undefined && 'stage' in last ? last.stage : undefined;
  const when = stage === undefined ? '' : ` while it was ${stage}`;
  if (timedOut) throw refuse(`did not end within ${limits.timeout} ms${when}`);
  throw refuse(`crashed${when}: ${signal ?? `exit code ${String(status)}`}`);
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
  checkEnding(
    model,
    limits,
    yield* step((sync) => (sync ? runProcessSync(input, limits) : runProcess(input, limits))),
  );
}
