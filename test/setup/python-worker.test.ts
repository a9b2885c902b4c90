import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PythonWorker, runPython } from '../../lib/setup/python-worker';
import { coded } from '../helpers/networks';
import { packageRoot, temporaryFolders, write, writeProgram } from '../helpers/folders';

const newFolder = temporaryFolders();

/** Writes a program that runs Python with `answer(request, progress)` instead of the requested module. */
function pythonWith(handler: string): string {
  const folder = newFolder();
  const lines = handler.split('\n').map((line) => `    ${line}`);
  write(
    join(folder, 'job.py'),
    `import sys
sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'python'))})
from request_server import Failure, serve
def answer(request, progress):
${lines.join('\n')}
serve(answer)
`,
  );
  return writeProgram(join(folder, 'python'), `exec python3 "$(dirname "$0")/job.py"`);
}

describe('runPython', () => {
  test('resolves with the result, and reports the progress', async () => {
    const python = pythonWith(
      'progress(0.25, "first quarter")\nreturn {"got": request, "more": "ünï\\n"}',
    );
    const progress: unknown[] = [];
    const result = await runPython(python, 'any', ['ä', 1.5], {
      onProgress: (...args) => progress.push(args),
    });
    expect(result).toEqual({ got: ['ä', 1.5], more: 'ünï\n' });
    expect(progress).toEqual([[0.25, 'first quarter']]);
  });

  test('accepts any output of the module', async () => {
    let output = '';
    const python = pythonWith('import os\nprint("noise")\nos.system("echo more noise")\nreturn 1');
    const onOutput = (text: string) => (output += text);
    expect(await runPython(python, 'any', {}, { onOutput })).toBe(1);
    expect(output).toContain('more noise\n');
    expect(output).toContain('noise\n');
  });

  test('rejects with the code and the message that the module reports', async () => {
    const python = pythonWith('raise Failure("NETWORK_NOT_CHANGED", "no way")');
    await expect(runPython(python, 'any', {})).rejects.toMatchObject({
      code: 'NETWORK_NOT_CHANGED',
      message: 'no way',
    });
  });

  test.each([
    ['raise ValueError("odd")', /^ValueError: odd$/],
    [
      'import os\nprint("last words")\nsys.stdout.flush()\nos._exit(3)',
      /exit code 3.*\nlast words/,
    ],
    ['import os\nos.kill(os.getpid(), 11)', /by SIGSEGV/],
  ])('rejects with TOOL_FAILED after %j', async (handler, message) => {
    await expect(runPython(pythonWith(handler), 'any', {})).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringMatching(message) as string,
    });
  });

  test.each(['raise MemoryError()', 'import os\nos.kill(os.getpid(), 9)'])(
    'rejects with OUT_OF_MEMORY after %j',
    async (handler) => {
      await expect(runPython(pythonWith(handler), 'any', {})).rejects.toEqual(
        coded('OUT_OF_MEMORY'),
      );
    },
  );

  test('rejects if Python cannot be started', async () => {
    await expect(runPython('/nowhere/python', 'any', {})).rejects.toEqual(coded('TOOL_FAILED'));
  });

  test('rejects when its signal fires', async () => {
    const python = pythonWith('import time\nprogress(0, "asleep")\ntime.sleep(600)');
    const controller = new AbortController();
    const job = runPython(
      python,
      'any',
      {},
      {
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      },
    );
    await expect(job).rejects.toEqual(coded('ABORT_ERR'));
    await expect(runPython(python, 'any', {}, { signal: AbortSignal.abort() })).rejects.toEqual(
      coded('ABORT_ERR'),
    );
  });
});

describe('PythonWorker', () => {
  test('answers one request after the other, also after an error', async () => {
    const worker = new PythonWorker(
      pythonWith('if request == 2:\n    raise Failure("CLOSED", "not 2")\nreturn request * 10'),
      'any',
    );
    expect(await worker.call(1)).toBe(10);
    await expect(worker.call(2)).rejects.toEqual(coded('CLOSED'));
    expect(await worker.call(3)).toBe(30);
    worker.close();
    worker.close();
  });
});

describe('the Python process', () => {
  test.each(['SIGKILL', 'SIGINT'] as const)('ends when its parent ends by %s', async (signal) => {
    const python = pythonWith('import os, time\nprogress(0, str(os.getpid()))\ntime.sleep(600)');
    const script = `require(${JSON.stringify(join(packageRoot, 'dist/setup/python-worker.js'))})
      .runPython(${JSON.stringify(python)}, 'any', {}, { onProgress: (_, pid) => console.log(pid) })`;
    const parent = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    parent.kill(signal);
    await once(parent, 'exit');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
