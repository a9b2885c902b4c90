/** The side of PyTorch, which runs and measures the model in a Python process. */

import type { PythonWorker } from '../../setup/python-worker';
import type { ModelSource } from '../model-source';
import type { Normalization } from './normalization';
import type { Pixels } from './pixels';
import type { Infer, Side } from './side';

/** Loads the model and the pixels in the Python process of `worker`, which runs python/pytorch_side.py. */
export async function startPyTorch(
  worker: PythonWorker,
  source: ModelSource,
  threads: number,
  { mean, scale }: Normalization['pytorch'],
  { file, images, width, height }: Pixels,
): Promise<{ side: Side; version: string }> {
  const load = { source, threads, mean, scale, file, count: images.length, width, height };
  const { pytorch } = (await worker.call({ load })) as { pytorch: string };
  const infer: Infer = async (indices) =>
    (await worker.call({ infer: indices })) as { milliseconds: number; scores: number[][] };
  const side = { name: 'PyTorch FP32', infer, ofBatch: () => Promise.resolve(infer) };
  return { side, version: pytorch };
}
