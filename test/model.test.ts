import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, type ExecutableNetwork } from '../lib';
import { findImages, loadImage, probabilities, readLabels, topK } from '../lib/image';
import { f32 } from './helpers/networks';
import photographs from './fixtures/photographs.json';

const models = join(__dirname, '../models');
const xml = join(models, 'efficientnet-lite0.xml');

describe('files', () => {
  test('the labels are a thousand different names', async () => {
    const labels = await readLabels(join(models, 'efficientnet-lite0.labels.txt'), 1000);
    expect(new Set(labels).size).toBe(1000);
    expect([0, 281, 967, 999].map((i) => labels[i])).toEqual([
      'tench',
      'tabby',
      'espresso',
      'toilet tissue',
    ]);
  });

  test('the model card gives the licence of every photograph, and what PyTorch saw in it is known', () => {
    const files = readdirSync(join(models, 'photographs')).sort();
    const card = readFileSync(join(models, 'README.md'), 'utf8');
    const rows = [...card.matchAll(/^\| `(.+\.jpg)` \|.*\| (?:CC0|public domain) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(files);
    expect(photographs.map(({ image }) => image)).toEqual(files);
  });

  test('the network remembers no folder of the machine it was made on', () => {
    expect(readFileSync(xml, 'utf8')).not.toMatch(/"\/?(home|root|tmp|work|usr)\//);
  });
});

describe('network', () => {
  let exec: ExecutableNetwork;
  beforeAll(async () => {
    const net = await new IECore().readNetwork(xml);
    net.inputInfo.input!.precision = 'U8';
    net.inputInfo.input!.layout = 'NHWC';
    exec = await new IECore().loadNetwork(net, 'CPU', f32);
  });
  afterAll(() => exec.close());

  async function classify(image: string) {
    const file = join(models, 'photographs', image);
    const { output } = await exec.infer({
      input: await loadImage(file, { width: 224, height: 224 }),
    });
    return output!.data as Float32Array;
  }

  // Two resizers and two precisions lie between the numbers: Pillow and sharp, FP32 and FP16 weights.
  test.each(photographs)('agrees with PyTorch about $image', async ({ image, top }) => {
    const scores = await classify(image);
    for (const { index, probability } of top) {
      expect(Math.abs(scores[index]! - probability)).toBeLessThan(0.03);
    }
    const [best] = topK(scores, 1);
    expect(top.map(({ index }) => index)).toContain(best!.index);
  });

  test('gives probabilities', async () => {
    const scores = await classify('coffee.jpg');
    expect(scores).toHaveLength(1000);
    expect([...probabilities(scores)]).toEqual([...scores]);
  });

  test('knows a cat and an espresso', async () => {
    const labels = await readLabels(join(models, 'efficientnet-lite0.labels.txt'), 1000);
    const [cat] = topK(await classify('cat.jpg'), 1);
    const [coffee] = topK(await classify('coffee.jpg'), 1);
    expect(['tabby', 'tiger cat', 'Egyptian cat']).toContain(labels[cat!.index]);
    expect(labels[coffee!.index]).toBe('espresso');
  });

  test('takes another batch size', async () => {
    const ie = new IECore();
    const net = await ie.readNetwork(xml);
    net.inputInfo.input!.precision = 'U8';
    net.inputInfo.input!.layout = 'NHWC';
    net.reshape({ input: [2, 224, 224, 3] });
    const pair = await ie.loadNetwork(net, 'CPU', f32);
    const files = await findImages([join(models, 'photographs/c[ao]*.jpg')]);
    const length = 224 * 224 * 3;
    const input = new Uint8Array(2 * length);
    for (const [i, file] of files.entries()) {
      const into = input.subarray(i * length, (i + 1) * length);
      await loadImage(file, { width: 224, height: 224, into });
    }
    const { output } = await pair.infer({ input });
    const both = output!.data as Float32Array;
    const alone = [...(await classify('cat.jpg')), ...(await classify('coffee.jpg'))];
    expect(both).toHaveLength(2000);
    both.forEach((value, i) => expect(Math.abs(value - alone[i]!)).toBeLessThan(1e-4));
    pair.close();
  });
});
