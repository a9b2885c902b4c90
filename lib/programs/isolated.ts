/** The program of the process in which read/isolated.ts tries a model. */
import { writeFileSync, writeSync } from 'node:fs';
import { Blob } from '../blob';
import { IECore } from '../core';
import { translate } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import { loadAddon } from '../addon/loader';
import type { IsolationMessage, IsolationRequest } from '../read/isolated';

function send(message: IsolationMessage): void {
  writeSync(3, `${JSON.stringify(message)}\n`);
}

/** Reads the request from standard input: one line, and the bytes that follow it. */
async function receive(): Promise<{ request: IsolationRequest; bytes: Buffer }> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const input = Buffer.concat(chunks);
  const end = input.indexOf('\n');
  const request = JSON.parse(input.toString('utf8', 0, end)) as IsolationRequest;
  return { request, bytes: input.subarray(end + 1) };
}

/** Zeros for every input; dimensions that may vary have the length 1. */
function zeros(exec: ExecutableNetwork): Record<string, Blob> {
  return Object.fromEntries(
    Object.values(exec.inputInfo).map(({ name, precision, layout, shape }) => {
      const dims = shape.map((dim) => (dim === -1 ? 1 : dim));
      return [name, new Blob({ precision, layout, dims })];
    }),
  );
}

/** Reads the model, loads it and runs it once; reports each step before it begins. */
async function attempt({ model, weights, extensions, device }: IsolationRequest, bytes: Buffer) {
  const ie = new IECore();
  for (const extension of extensions) ie.addExtension(extension);
  send({ stage: 'reading it' });
  const net =
    typeof model === 'string'
      ? await ie.readNetwork(model, weights === '' ? undefined : (weights as string))
      : await ie.readNetwork(bytes.subarray(0, model), bytes.subarray(model));
  if (device !== null) {
    send({ stage: `loading it on ${device}` });
    const exec = await ie.loadNetwork(net, device, { numRequests: 1 });
    send({ stage: 'running it' });
    await exec.infer(zeros(exec)).catch((error: unknown) => {
      // Other inputs may succeed.
      if (translate(error).code === 'OUT_OF_MEMORY') throw error;
    });
    send({ stage: 'closing it' });
    exec.close();
  }
  net.close();
}

/** Makes Linux end this process first if the machine runs out of memory. */
function preferForOomKill(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000', { flag: 'r+' });
  } catch {
    // Not Linux, or a container that does not allow it.
  }
}

async function main(): Promise<void> {
  const { request, bytes } = await receive();
  // The process that started this one enforces the timeout, but may have ended by then.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), request.timeout + 1000).unref();
  preferForOomKill();
  loadAddon().limitMemory(request.memory);
  await attempt(request, bytes);
}

main().then(
  () => {
    send({ done: true });
  },
  (error: unknown) => {
    const { code, message } = translate(error);
    send({ error: { code, message } });
  },
);
