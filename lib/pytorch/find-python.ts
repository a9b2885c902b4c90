import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkString } from '../base/check';
import { errorOf } from '../errors';
import {
  findEnvironment,
  neutralFolder,
  programFile,
  provideEnvironment,
  pythonCommands,
  toolEnvironment,
  whichInterpreter,
} from '../setup/scripts';

/** A Python with what is needed. */
export interface FoundPython {
  /** Path or command of the interpreter. */
  python: string;
  /** Its version. */
  version: string;
  /** Versions of the packages asked for; '?' where a package does not say. */
  packages: Record<string, string>;
  /** It is a virtual environment. */
  virtual: boolean;
  /** Those before it that did not do, and why. */
  rejected: string[];
}

/** Which Python was taken, and why those before it were not. */
export function describePython({ python, version, packages, rejected }: FoundPython): string {
  const versions = Object.entries(packages).map((entry) => entry.join(' '));
  const taken = `Taking ${python} (Python ${version}, ${versions.join(', ')})`;
  return [taken, ...rejected.map((line) => `  not ${line}`)].join('\n');
}

/** What a Python says of itself. */
interface Probe {
  version: string;
  executable: string;
  virtual: boolean;
  packages: Record<string, string | null>;
}

// Old Pythons read it too, so that they can be told to be old.
const probe = `
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

const noPython = 'there is none, or it does not run';

const execute = promisify(execFile);

/** What a Python says of itself; a string says why it says nothing. */
async function ask(command: string, packages: readonly string[]): Promise<Probe | string> {
  const file = programFile(command);
  if (file === undefined) return noPython;
  const options = { env: toolEnvironment(), timeout: 30_000 };
  try {
    // In the working directory, because version managers such as pyenv choose by it; all else is asked elsewhere.
    const { stdout: said } = await execute(file, whichInterpreter, options);
    const args = ['-c', probe, ...packages];
    const { stdout } = await execute(said.trim() || file, args, { ...options, cwd: neutralFolder });
    return JSON.parse(stdout) as Probe;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A code of the system: it was not started at all.
    return typeof code === 'string' && code !== 'ENOENT' ? message : noPython;
  }
}

/** Where else than in our own environment PyTorch may be. */
function others(named: string | undefined): string[] {
  if (named !== undefined) return [named];
  return [...pythonCommands(), ...(process.platform === 'win32' ? [] : ['/usr/bin/python3'])];
}

/** Where PyTorch may be: the active environment, the one that setup made, those on PATH, the system's. */
function candidates(named: string | undefined): string[] {
  const made = named === undefined ? findEnvironment('pytorch') : undefined;
  const all = others(named);
  const active = process.env['VIRTUAL_ENV'] === undefined ? 0 : 1;
  return made === undefined ? all : [...all.slice(0, active), made, ...all.slice(active)];
}

/**
 * Finds a Python with some packages.
 *
 * @param named - the only one to ask
 * @throws LoadError - PYTHON_NOT_FOUND with what each one lacks
 */
export async function findPython(
  packages: readonly string[],
  named?: string,
): Promise<FoundPython> {
  if (named !== undefined) checkString(named, 'python');
  const rejected: string[] = [];
  const seen = new Set<string>();
  for (const python of candidates(named)) {
    const said = await ask(python, packages);
    if (typeof said === 'string') {
      rejected.push(`${python}: ${said}`);
      continue;
    }
    if (seen.has(said.executable)) continue;
    seen.add(said.executable);
    const missing = packages.filter((name) => typeof said.packages[name] !== 'string');
    if (missing.length === 0) {
      const { version, virtual } = said;
      const found = said.packages as Record<string, string>;
      return { python: said.executable, version, packages: found, virtual, rejected };
    }
    rejected.push(
      `${said.executable} (Python ${said.version}): has no ${missing.join(' and no ')}`,
    );
  }
  throw errorOf(
    'PYTHON_NOT_FOUND',
    [
      `No Python with ${packages.join(' and ')} was found. Asked:`,
      ...rejected.map((line) => `  ${line}`),
      'To make one: npx iecore setup --pytorch. To name one: --python PATH.',
    ].join('\n'),
  );
}

/** A Python environment with PyTorch. */
export interface PyTorchEnvironment {
  /** Path of the interpreter. */
  python: string;
  /** Version of PyTorch. */
  pytorch: string;
}

/**
 * Makes a Python environment with PyTorch, torchvision and timm below this package's folder: on top of
 * a Python that has PyTorch and torchvision where there is one, else with its own (6 GB on Linux).
 *
 * @param named - the Python to make it with. Default: the first that does
 * @throws LoadError - TOOL_FAILED with what mends it
 */
export async function providePyTorch(named?: string): Promise<PyTorchEnvironment> {
  if (named !== undefined) checkString(named, 'python');
  const base = await withPyTorch(named);
  const made =
    base === undefined
      ? await provideEnvironment('pytorch', named)
      : await provideEnvironment('pytorch-extras', base);
  // What export checks its results with.
  await provideEnvironment('check', named);
  const { python, packages } = await findPython(['torch', 'torchvision', 'timm'], made);
  return { python, pytorch: packages['torch'] ?? '?' };
}

/** A Python with PyTorch that an environment can stand on: no environment itself. */
async function withPyTorch(named: string | undefined): Promise<string | undefined> {
  for (const python of others(named)) {
    const said = await ask(python, ['torch', 'torchvision']);
    if (typeof said === 'string' || said.virtual) continue;
    if (Object.values(said.packages).every((version) => version !== null)) return said.executable;
  }
  return undefined;
}
