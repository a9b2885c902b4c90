/** Jobs that only Python can do: a module of python/ answers one request over a pipe. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { abortable } from './abortable';
import { errorOf, type ErrorCode, type OpenVINOError } from './errors';
import { packageRoot } from './runtime';

/** Is told how far a job is: a part of 1, and what it is doing. */
export type OnProgress = (part: number, stage: string) => void;

/** How a job is run. */
export interface JobOptions {
  /** Is told how far it is. */
  onProgress?: OnProgress | undefined;
  /** Ends it. */
  signal?: AbortSignal | undefined;
  /** Changes to the environment's variables; undefined removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Is given what Python and its libraries print. Default: nobody. */
  onOutput?: ((text: string) => void) | undefined;
}

/** A line from python/channel.py. */
type Message =
  | { progress: [part: number, stage: string] }
  | { result: unknown }
  | { error: { code: ErrorCode; message: string } };

/** How much of what Python printed is kept for an error. */
const keptOutput = 4000;

function died(how: string, output: string): OpenVINOError {
  const words = output.trim().split('\n').slice(-5).join('\n');
  return errorOf(
    'TOOL_FAILED',
    `Python ended ${how} without an answer${words === '' ? '' : `; its last words:\n${words}`}`,
  );
}

async function talk(
  child: ChildProcessWithoutNullStreams,
  request: unknown,
  { onProgress, onOutput }: JobOptions,
): Promise<unknown> {
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutput);
    onOutput?.(text);
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', (cause) => {
      reject(
        errorOf('TOOL_FAILED', `Cannot start ${child.spawnfile}: ${cause.message}`, { cause }),
      );
    });
    child.on('close', (code, by) => {
      resolve(by === null ? `with exit code ${String(code)}` : `by ${by}`);
    });
  });
  // How it ended is asked for after its last line.
  ended.catch(() => undefined);
  // A pipe that broke is told by how the process ended.
  child.stdin.on('error', () => undefined);
  // It stays open: Python ends when it closes.
  child.stdin.write(`${JSON.stringify(request)}\n`);
  let answer: Exclude<Message, { progress: unknown }> | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message;
    if ('progress' in message) onProgress?.(...message.progress);
    else answer = message;
  }
  const how = await ended;
  if (answer === undefined) throw died(how, output);
  if ('error' in answer) throw errorOf(answer.error.code, answer.error.message);
  return answer.result;
}

/**
 * Runs `python/NAME.py` with a request and gives its result. Python ends with the signal, and with this
 * process, however that ends.
 *
 * @param python - the interpreter
 * @throws the module's own error; TOOL_FAILED when it died or could not be started
 */
export async function runPython(
  python: string,
  name: string,
  request: unknown,
  options: JobOptions,
): Promise<unknown> {
  let child: ChildProcessWithoutNullStreams | undefined;
  const stop = (): void => void child?.kill('SIGKILL');
  const work = (): Promise<unknown> => {
    child = spawn(python, [join(packageRoot, 'python', `${name}.py`)], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', ...options.env },
    });
    return talk(child, request, options);
  };
  try {
    return await abortable(options.signal, work, stop);
  } finally {
    stop();
  }
}
