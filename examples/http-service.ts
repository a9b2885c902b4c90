/**
 * An HTTP service that loads a network once: POST an image, get its classes.
 *
 *     PORT=8080 node build/examples/http-service.js &
 *     curl --data-binary @cat.jpg localhost:8080
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { IECore, OpenVINOError, type ExecutableNetwork } from 'openvino-iecore';
import { loadImage, probabilities, readLabels, topK } from 'openvino-iecore/image';

const largestImage = 20 * 1024 * 1024;

/** The body of a request; undefined if it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestImage) chunks.push(chunk);
  }
  return size <= largestImage ? Buffer.concat(chunks) : undefined;
}

function classifier(exec: ExecutableNetwork, labels: readonly string[]) {
  const [input] = Object.values(exec.inputInfo);
  const [output] = Object.keys(exec.outputs);
  if (input === undefined || output === undefined) throw new Error('Expected a classifier');
  const [, height = 0, width = 0] = input.shape;
  return async (file: Buffer, signal: AbortSignal) => {
    const image = await loadImage(file, { width, height });
    // Any number of calls may run in parallel: those beyond the number of requests wait.
    const { [output]: scores } = await exec.infer({ [input.name]: image }, { signal });
    return topK(probabilities(scores?.as('FP32').data ?? []), 5).map(({ index, score }) => ({
      label: labels[index],
      probability: score,
    }));
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', short: 'm', default: 'models/efficientnet-lite0.xml' },
      device: { type: 'string', short: 'd', default: 'CPU' },
      labels: { type: 'string', default: 'models/efficientnet-lite0.labels.txt' },
    },
  });
  const ie = new IECore();
  const net = await ie.readNetwork(values.model);
  for (const input of Object.values(net.inputInfo)) {
    input.precision = 'U8';
    input.layout = 'NHWC';
  }
  for (const output of Object.values(net.outputs)) output.precision = 'FP32';
  const exec = await ie.loadNetwork(net, values.device);
  const classify = classifier(exec, await readLabels(values.labels));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const say = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.method !== 'POST') return say(405, { error: 'POST an image' });
    // A client that disconnects aborts its inference.
    const hangUp = new AbortController();
    response.on('close', () => {
      hangUp.abort();
    });
    try {
      const file = await bodyOf(request);
      if (file === undefined) return say(413, { error: `Expected at most ${largestImage} bytes` });
      say(200, await classify(file, hangUp.signal));
    } catch (error) {
      if (hangUp.signal.aborted) return;
      const unreadable = error instanceof OpenVINOError && error.code === 'IMAGE_UNREADABLE';
      say(unreadable ? 422 : 500, { error: (error as Error).message });
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(Number(process.env.PORT ?? 8080), () => {
    console.log(`http://localhost:${(server.address() as AddressInfo).port}`);
  });

  const stop = (): void => {
    server.close(() => {
      exec.close();
    });
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
