/** Runs modules of python/ in child processes, which answer requests as JSON lines over a pipe. */

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { abortable, checkSignal } from '../base/abortable';
import { callback, signal, type OptionsOf, type OptionTable } from '../base/option-table';
import { runChild } from '../base/child-process';
import { errorOf, type ErrorCode, type OpenVINOError } from '../errors';
import { packageRoot } from '../addon/runtime';
import { toolEnvironment } from './scripts';

/** Receives the progress of a job: the completed fraction, from 0 to 1, and the current stage. */
export type OnProgress = (part: number, stage: string) => void;

/** The options of every call that runs Python. */
export const pythonOptions = {
  /** Receives the progress: the completed fraction, from 0 to 1, and the current stage. */
  onProgress: callback<OnProgress>(),
  /** Receives the output of Python and its packages. */
  onOutput: callback<(text: string) => void>(),
  /** Cancels the call when it fires: Python is killed, and the call rejects with an AbortError. */
  signal: signal(),
} satisfies OptionTable;

/** {@link pythonOptions} as an object. */
export interface PythonOptions extends OptionsOf<typeof pythonOptions> {}

/** How a worker runs Python. */
export interface WorkerOptions extends PythonOptions {
  /** Changes to the environment variables; undefined removes a variable. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Environment variables for the package's own Python environments, so that Python imports nothing from elsewhere. */
export const isolated = {
  PYTHONPATH: undefined,
  PYTHONHOME: undefined,
  PYTHONNOUSERSITE: '1',
};

/** A line that python/request_server.py writes. */
type Message =
  | { progress: [part: number, stage: string] }
  | { result: unknown }
  | { error: { code: ErrorCode; message: string } };

/** The number of characters of Python's latest output that are kept for an error message. */
const keptOutput = 4000;

/** A module of python/ in a child process, which answers one request after the other. */
export class PythonWorker {
  /** Undefined if the process could not be started. */
  #child: ChildProcessWithoutNullStreams | undefined;
  #lines: AsyncIterator<string> | undefined;
  /** How the process ended, as the end of a sentence. */
  readonly #ended: Promise<string>;
  readonly #options: WorkerOptions;
  #output = '';

  /**
   * Starts `python/NAME.py`. The process ends when `close` is called or when this process ends, even by a crash.
   *
   * @param python - path or command of the interpreter
   */
  constructor(python: string, name: string, options: WorkerOptions = {}) {
    this.#options = options;
    const own = { PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' };
    const env = { ...toolEnvironment(), ...own, ...options.env };
    const ended = runChild(
      python,
      [join(packageRoot, 'python', `${name}.py`)],
      { env },
      (child) => {
        this.#listen(child as ChildProcessWithoutNullStreams);
      },
    );
    this.#ended = ended.then(
      (end) => (end.signal === null ? `with exit code ${String(end.status)}` : `by ${end.signal}`),
      (cause: unknown) => {
        throw errorOf('TOOL_FAILED', `Cannot start ${python}: ${(cause as Error).message}`, {
          cause,
        });
      },
    );
    // call() awaits #ended only after the last line, so a rejection before that must not count as unhandled.
    this.#ended.catch(() => undefined);
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-keptOutput);
      this.#options.onOutput?.(text);
    });
    // A broken pipe means that the process ended; #ended then has the reason.
    child.stdin.on('error', () => undefined);
  }

  /**
   * Sends a request to the module and resolves with its result. Only one request may be pending at a time.
   *
   * @throws the error that the module reports; TOOL_FAILED when Python ended or could not be started;
   * OUT_OF_MEMORY when the system killed Python; AbortError when the signal fires
   */
  async call(request: unknown): Promise<unknown> {
    return abortable(
      this.#options.signal,
      () => this.#answer(request),
      () => {
        this.close();
      },
    );
  }

  async #answer(request: unknown): Promise<unknown> {
    this.#child?.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const line = await this.#lines?.next();
      if (line === undefined || line.done === true) throw await this.#endError();
      const message = JSON.parse(line.value) as Message;
      if ('progress' in message) this.#options.onProgress?.(...message.progress);
      else if ('error' in message) throw errorOf(message.error.code, message.error.message);
      else return message.result;
    }
  }

  /** The error for a process that ended before it answered. */
  async #endError(): Promise<OpenVINOError> {
    const how = await this.#ended;
    const lastLines = this.#output.trim().split('\n').slice(-5).join('\n');
    return how === 'by SIGKILL'
      ? errorOf(
          'OUT_OF_MEMORY',
          'The system killed Python (SIGKILL), probably because memory ran out',
        )
      : errorOf(
          'TOOL_FAILED',
          `Python ended ${how} before it answered${lastLines === '' ? '' : `; its last output:\n${lastLines}`}`,
        );
  }

  /** Kills the process, even in the middle of a request. Later calls do nothing. */
  close(): void {
    this.#child?.kill('SIGKILL');
  }
}

/** Runs `python/NAME.py` for one request and resolves with its result. */
export async function runPython(
  python: string,
  name: string,
  request: unknown,
  options: WorkerOptions = {},
): Promise<unknown> {
  checkSignal(options.signal);
  const worker = new PythonWorker(python, name, options);
  try {
    return await worker.call(request);
  } finally {
    worker.close();
  }
}
