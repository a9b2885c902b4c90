/** Asks a Python interpreter for its version and for the versions of some packages. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { neutralFolder, programFile, toolEnvironment, whichInterpreter } from '../setup/scripts';

/** The report of a Python interpreter about itself. */
export interface PythonReport {
  version: string;
  /** Path of the interpreter. */
  executable: string;
  /** Whether it belongs to a virtual environment. */
  virtual: boolean;
  /** Version of each package: null if it is not installed, '?' if it has no version. */
  packages: Record<string, string | null>;
}

// Python 2 can run this program too, so that it is reported with its version.
const program = `
import json, sys
packages = {}
for name in sys.argv[1:]:
    try:
        import importlib.util
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    packages[name] = None
    if spec is not None:
        try:
            import importlib.metadata
            packages[name] = importlib.metadata.version(name)
        except Exception:
            packages[name] = "?"
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "executable": sys.executable,
    "virtual": sys.prefix != getattr(sys, "base_prefix", sys.prefix),
    "packages": packages,
}))`;

const notFound = 'not found, or it does not run';

const execute = promisify(execFile);

/** Resolves with the report of an interpreter, or with the reason why there is none. */
export async function probePython(
  command: string,
  packages: readonly string[],
): Promise<PythonReport | string> {
  const file = programFile(command);
  if (file === undefined) return notFound;
  const options = { env: toolEnvironment(), timeout: 30_000 };
  try {
    // Runs in the working directory, because version managers such as pyenv choose the interpreter by it.
    const { stdout: path } = await execute(file, whichInterpreter, options);
    const args = ['-c', program, ...packages];
    const { stdout } = await execute(path.trim() || file, args, { ...options, cwd: neutralFolder });
    return JSON.parse(stdout) as PythonReport;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A system error code means that the interpreter could not be started.
    return typeof code === 'string' && code !== 'ENOENT' ? message : notFound;
  }
}
