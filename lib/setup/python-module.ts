/** Jobs that only Python can do: a module of python/ answers one request over a pipe. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { abortable, checkSignal } from '../base/abortable';
import { runChild } from '../base/child-process';
import { errorOf, type ErrorCode, type OpenVINOError } from '../errors';
import { packageRoot } from '../addon/runtime';
import { toolEnvironment } from './scripts';

/** Is told how far a job is: a part of 1, and what it is doing. */
export type OnProgress = (part: number, stage: string) => void;

/** How Python is run. */
export interface PythonOptions {
  /** Is told how far a request is. */
  onProgress?: OnProgress | undefined;
  /** Ends it, and the request at hand. */
  signal?: AbortSignal | undefined;
  /** Changes to the environment's variables; undefined removes one. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Is given what Python and its libraries print. Default: nobody. */
  onOutput?: ((text: string) => void) | undefined;
}

/** For Python environments of the package's own: nothing from other places comes in. */
export const isolated = {
  PYTHONPATH: undefined,
  PYTHONHOME: undefined,
  PYTHONNOUSERSITE: '1',
};

/** A line from python/channel.py. */
type Message =
  | { progress: [part: number, stage: string] }
  | { result: unknown }
  | { error: { code: ErrorCode; message: string } };

/** How much of what Python printed is kept for an error. */
const keptOutput = 4000;

/** A module of python/ in a process of its own, which answers requests one after the other. */
export class PythonWorker {
  /** Undefined where it could not be started. */
  #child: ChildProcessWithoutNullStreams | undefined;
  #lines: AsyncIterator<string> | undefined;
  readonly #ended: Promise<string>;
  readonly #options: PythonOptions;
  #output = '';

  /**
   * Starts `python/NAME.py`. It ends with `close`, and with this process, however that ends.
   *
   * @param python - the interpreter
   */
  constructor(python: string, name: string, options: PythonOptions = {}) {
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
      ({ status, signal }) =>
        signal === null ? `with exit code ${String(status)}` : `by ${signal}`,
      (cause: unknown) => {
        throw errorOf('TOOL_FAILED', `Cannot start ${python}: ${(cause as Error).message}`, {
          cause,
        });
      },
    );
    // How it ended is asked for after its last line.
    this.#ended.catch(() => undefined);
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-keptOutput);
      this.#options.onOutput?.(text);
    });
    // A pipe that broke is told by how the process ended.
    child.stdin.on('error', () => undefined);
  }

  /**
   * Gives the module's result for a request. One at a time.
   *
   * @throws the module's own error; TOOL_FAILED when it died or could not be started; AbortError
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
      if (line === undefined || line.done === true) throw await this.#death();
      const message = JSON.parse(line.value) as Message;
      if ('progress' in message) this.#options.onProgress?.(...message.progress);
      else if ('error' in message) throw errorOf(message.error.code, message.error.message);
      else return message.result;
    }
  }

  async #death(): Promise<OpenVINOError> {
    const how = await this.#ended;
    const words = this.#output.trim().split('\n').slice(-5).join('\n');
    return how === 'by SIGKILL'
      ? errorOf('OUT_OF_MEMORY', 'The system ended Python; was there too little memory?')
      : errorOf(
          'TOOL_FAILED',
          `Python ended ${how} without an answer${words === '' ? '' : `; its last words:\n${words}`}`,
        );
  }

  /** Ends it, whatever it is doing. Safe to call again. */
  close(): void {
    this.#child?.kill('SIGKILL');
  }
}

/** Runs `python/NAME.py` for one request and gives its result. */
export async function runPython(
  python: string,
  name: string,
  request: unknown,
  options: PythonOptions = {},
): Promise<unknown> {
  checkSignal(options.signal);
  const worker = new PythonWorker(python, name, options);
  try {
    return await worker.call(request);
  } finally {
    worker.close();
  }
}
