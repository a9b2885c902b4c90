import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, InferRequest, type ExecutableNetwork } from '../../lib';
import { acceptImages, inferImages, loadImage, type InferredImage } from '../../lib/image';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { conversation, unending } from '../helpers/sources';
import { coded, f32 } from '../helpers/networks';

const newFolder = temporaryFolders();
const models = join(packageRoot, 'models');
const photographs = join(models, 'photographs');
const files = readdirSync(photographs)
  .sort()
  .map((name) => join(photographs, name));

async function load(batch: number) {
  const ie = new IECore();
  const net = await ie.readNetwork(join(models, 'efficientnet-lite0.xml'));
  const accepted = acceptImages(net);
  net.batchSize = batch;
  return { accepted, exec: await ie.loadNetwork(net, 'CPU', f32) };
}

async function collect(inferred: AsyncIterable<InferredImage>) {
  const all: InferredImage[] = [];
  for await (const each of inferred) all.push(each);
  return all;
}

let single: Awaited<ReturnType<typeof load>>;
const expected = new Map<string, Float32Array>();
beforeAll(async () => {
  single = await load(1);
  const { exec, accepted } = single;
  for (const file of files) {
    const image = await loadImage(file, accepted.imageOptions);
    const outputs = await exec.infer({ [accepted.input]: image });
    expected.set(file, outputs[accepted.output]!.as('FP32').data);
  }
});

function expectRight(all: InferredImage[], order: string[]): void {
  expect(all.map(({ file }) => file)).toEqual(order);
  for (const each of all) {
    if (each.error !== undefined) throw each.error;
    const scores = expected.get(each.file)!;
    expect(each.scores).toHaveLength(scores.length);
    each.scores.forEach((score, i) => {
      expect(Math.abs(score - scores[i]!)).toBeLessThan(1e-4);
    });
    expect(each.milliseconds).toBeGreaterThan(0);
    expect(each.decodeMilliseconds).toBeGreaterThan(0);
  }
}

test.each([0, 1, 8])('each image gets its own scores, in order, with %i ahead', async (ahead) => {
  const order = [...files, ...files.toReversed()];
  expectRight(await collect(inferImages(single.exec, single.accepted, order, { ahead })), order);
});

test('the bytes of images are freed during the iteration', async () => {
  const [bison] = files.filter((file) => file.endsWith('bison.jpg'));
  const order = Array.from({ length: 80 }, () => bison!);
  const before = process.memoryUsage().arrayBuffers;
  const kept: number[] = [];
  for await (const { error } of inferImages(single.exec, single.accepted, order, { ahead: 1 })) {
    expect(error).toBeUndefined();
    kept.push(process.memoryUsage().arrayBuffers - before);
  }
  // One image is 145 KB in its file and 150 KB in pixels.
  expect(Math.max(...kept)).toBeLessThan(4e6);
});

test.each([3, 16])('works in batches of %i with a last batch that is not full', async (batch) => {
  const { exec, accepted } = await load(batch);
  expectRight(await collect(inferImages(exec, accepted, files)), files);
  exec.close();
});

test.each([1, 4])(
  'an unreadable file is reported at its position, with batch %i',
  async (batch) => {
    const { exec, accepted } = batch === 1 ? single : await load(batch);
    const broken = write(join(newFolder(), 'broken.jpg'), 'broken');
    const order = [broken, files[0]!, broken, '/missing.jpg', broken, broken, broken, files[1]!];
    const all = await collect(inferImages(exec, accepted, order));
    expect(all.map(({ error }) => error?.code)).toEqual([
      ...['IMAGE_UNREADABLE', undefined, 'IMAGE_UNREADABLE', 'FILE_NOT_FOUND'],
      ...['IMAGE_UNREADABLE', 'IMAGE_UNREADABLE', 'IMAGE_UNREADABLE', undefined],
    ]);
    expectRight(
      all.filter(({ error }) => error === undefined),
      [files[0]!, files[1]!],
    );
  },
);

test('nothing runs on after the caller stops early', async () => {
  let taken = 0;
  function* endless(): Generator<string> {
    for (;;) {
      taken += 1;
      yield files[0]!;
    }
  }
  for await (const { error } of inferImages(single.exec, single.accepted, endless())) {
    expect(error).toBeUndefined();
    break;
  }
  expect(taken).toBeLessThan(50);
});

test.each([1, 4])(
  'each result arrives before the next path is needed, with batch %i',
  async (batch) => {
    const { exec, accepted } = batch === 1 ? single : await load(batch);
    const order = [files[0]!, '/missing.jpg', files[1]!, files[2]!];
    const { source, answer } = conversation(order);
    const all: InferredImage[] = [];
    for await (const result of inferImages(exec, accepted, source)) {
      all.push(result);
      answer();
    }
    expect(all.map(({ error }) => error?.code)).toEqual([
      ...[undefined, 'FILE_NOT_FOUND', undefined, undefined],
    ]);
    expectRight(
      all.filter(({ error }) => error === undefined),
      [files[0]!, files[1]!, files[2]!],
    );
  },
);

test('batches are full while the source has paths', async () => {
  const { exec, accepted } = await load(4);
  const made = jest.spyOn(InferRequest.prototype, 'infer');
  const order = [...files, ...files, ...files].slice(0, 18);
  expectRight(await collect(inferImages(exec, accepted, order, { ahead: 8 })), order);
  // Four batches of 4, and the last two.
  expect(made).toHaveBeenCalledTimes(5);
  made.mockRestore();
  exec.close();
});

test('a caller that stops does not wait for a source that yields nothing', async () => {
  const { exec, accepted } = single;
  const results = inferImages(exec, accepted, unending(files[0]!));
  expect(await results.next()).toMatchObject({ done: false, value: { file: files[0] } });
  const waiting = results.next();
  await results.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test('a signal ends the iteration at once, and the network still works', async () => {
  const { exec, accepted } = single;
  const controller = new AbortController();
  const { signal } = controller;
  const results = inferImages(exec, accepted, unending(files[0]!), { signal });
  expect(await results.next()).toMatchObject({ done: false });
  const waiting = results.next();
  const others = inferImages(exec, accepted, files, { signal }).next();
  controller.abort('enough');
  await expect(waiting).rejects.toMatchObject({ code: 'ABORT_ERR', cause: 'enough' });
  await expect(others).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expectRight(await collect(inferImages(exec, accepted, files)), files);
});

test('no files give no results', async () => {
  expect(await collect(inferImages(single.exec, single.accepted, []))).toEqual([]);
});

test.each([{ width: 112 }, { width: 112, height: 448 }, { channels: 'GRAY' as const }])(
  'images of another size than the network’s are refused at once: %j',
  (other) => {
    const { exec, accepted } = single;
    const imageOptions = { ...accepted.imageOptions, ...other };
    expect(() => inferImages(exec, { ...accepted, imageOptions }, files)).toThrow(
      coded('SHAPE_MISMATCH'),
    );
  },
);

test('invalid arguments are refused at once', () => {
  const { exec, accepted } = single;
  const bad: (() => unknown)[] = [
    () => inferImages({} as ExecutableNetwork, accepted, files),
    () => inferImages(exec, accepted, 'cat.jpg'),
    () => inferImages(exec, accepted, 3 as never),
    () => inferImages(exec, accepted, files, { ahead: -1 }),
    () => inferImages(exec, accepted, files, { behind: 1 } as never),
    () => inferImages(exec, accepted, files, { signal: {} as AbortSignal }),
  ];
  for (const call of bad) expect(call).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => inferImages(exec, { ...accepted, input: 'x' }, files)).toThrow(
    coded('UNKNOWN_NAME'),
  );
});
