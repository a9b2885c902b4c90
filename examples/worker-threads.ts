/**
 * Shares one loaded network among several worker threads.
 *
 * Each worker attaches the network and uses its own requests, so its other work does not block the others.
 *
 *     node build/examples/worker-threads.js -d CPU --workers 4 models/photographs
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ExecutableNetwork, IECore, type SharedNetwork } from 'openvino-iecore';
import { acceptImages, findImages, inferImages, readLabels, topK } from 'openvino-iecore/image';
import type { AcceptedImages } from 'openvino-iecore/image';

interface Work {
  shared: SharedNetwork;
  accepted: AcceptedImages;
  files: string[];
  labels: string[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      model: { type: 'string', short: 'm', default: 'models/efficientnet-lite0.xml' },
      device: { type: 'string', short: 'd', default: 'CPU' },
      labels: { type: 'string', default: 'models/efficientnet-lite0.labels.txt' },
      workers: { type: 'string', default: '2' },
    },
    allowPositionals: true,
  });
  const files = await findImages(positionals.length > 0 ? positionals : ['models/photographs']);
  const labels = await readLabels(values.labels);

  const ie = new IECore();
  const net = await ie.readNetwork(values.model);
  const accepted = acceptImages(net);
  // As many streams as is best for the device, for all workers together.
  const config = { PERFORMANCE_HINT: 'THROUGHPUT' };
  const exec = await ie.loadNetwork(net, values.device, { config });

  const count = Number(values.workers);
  const workers = Array.from({ length: count }, (_, i) => {
    const part = files.filter((_file, place) => place % count === i);
    const work: Work = { shared: exec.share(), accepted, files: part, labels };
    const worker = new Worker(__filename, { workerData: work });
    worker.on('message', (line: string) => {
      console.log(line);
    });
    return once(worker, 'exit');
  });
  await Promise.all(workers);
  exec.close();
}

async function work({ shared, accepted, files, labels }: Work): Promise<void> {
  const exec = ExecutableNetwork.attach(shared, { numRequests: 1 });
  for await (const inferred of inferImages(exec, accepted, files, { ahead: 2 })) {
    const [best] = inferred.error === undefined ? topK(inferred.scores, 1) : [];
    const told = inferred.error?.message ?? labels[best?.index ?? -1];
    parentPort?.postMessage(`${inferred.file}: ${told}`);
  }
  exec.close();
}

if (isMainThread) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
} else {
  // An exception in a worker becomes its 'error' event, and main() rejects with it.
  void work(workerData as Work);
}
