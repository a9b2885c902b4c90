/** Makes the Python environment with PyTorch. */

import { checkString } from '../base/check';
import { provideEnvironment } from '../setup/scripts';
import { findPython, installedPythons } from './find-python';
import { probePython } from './probe-python';

/** A Python environment with PyTorch. */
export interface PyTorchEnvironment {
  /** Path of the interpreter. */
  python: string;
  /** Version of PyTorch. */
  pytorch: string;
}

/**
 * Makes a Python environment with PyTorch, torchvision and timm below this package's folder. It builds on an
 * installed Python that has PyTorch and torchvision; without one, it downloads PyTorch (6 GB on Linux).
 *
 * @param named - the Python that makes the environment. Default: the first suitable one
 * @throws LoadError - TOOL_FAILED with a way to solve the problem
 */
export async function providePyTorch(named?: string): Promise<PyTorchEnvironment> {
  if (named !== undefined) checkString(named, 'python');
  const base = await installedPyTorch(named);
  const made =
    base === undefined
      ? await provideEnvironment('pytorch', named)
      : await provideEnvironment('pytorch-extras', base);
  // exportOnnx checks its results with the ONNX checker of this environment.
  await provideEnvironment('check', named);
  const { python, packages } = await findPython(['torch', 'torchvision', 'timm'], made);
  return { python, pytorch: packages['torch'] ?? '?' };
}

/** Finds a Python with PyTorch that is not a virtual environment, so that an environment can build on its packages. */
async function installedPyTorch(named: string | undefined): Promise<string | undefined> {
  for (const python of installedPythons(named)) {
    const report = await probePython(python, ['torch', 'torchvision']);
    if (typeof report === 'string' || report.virtual) continue;
    if (Object.values(report.packages).every((version) => version !== null))
      return report.executable;
  }
  return undefined;
}
