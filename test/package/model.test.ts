import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, type ExecutableNetwork } from '../../lib';
import { findImages, loadImage, probabilities, readLabels, topK } from '../../lib/image';
import { f32 } from '../helpers/networks';
import photographs from '../fixtures/photographs.json';

const models = join(__dirname, '../../models');
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

  test("the model card gives the licence of every photograph, and the fixture PyTorch's result", () => {
    const files = readdirSync(join(models, 'photographs')).sort();
    const card = readFileSync(join(models, 'README.md'), 'utf8');
    const rows = [...card.matchAll(/^\| `(.+\.jpg)` \|.*\| (?:CC0|public domain) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(files);
    expect(photographs.map(({ image }) => image)).toEqual(files);
    const licences = readFileSync(join(models, 'LICENSE-photographs'), 'utf8');
    for (const file of files) expect(licences).toContain(file);
  });

  test('each photograph has another class, which the network recognizes with certainty', () => {
    const shown = {
      'arch.jpg': 'triumphal arch',
      'bison.jpg': 'bison',
      'coffee.jpg': 'espresso',
      'crab.jpg': 'rock crab',
      'dam.jpg': 'dam',
      'dog.jpg': 'German shepherd',
      'hens.jpg': 'hen',
      'koala.jpg': 'koala',
      'panda.jpg': 'giant panda',
      'photographer.jpg': 'tripod',
    };
    const best = photographs.map(({ image, top }) => [image, top[0]!.label]);
    expect(Object.fromEntries(best)).toEqual(shown);
    for (const { top } of photographs) expect(top[0]!.probability).toBeGreaterThan(0.8);
  });

  test('the network contains no path of the machine that it was made on', () => {
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
    expect(best!.index).toBe(top[0]!.index);
  });

  test('returns probabilities', async () => {
    const scores = await classify('coffee.jpg');
    expect(scores).toHaveLength(1000);
    expect([...probabilities(scores)]).toEqual([...scores]);
  });

  test('takes another batch size', async () => {
    const ie = new IECore();
    const net = await ie.readNetwork(xml);
    net.inputInfo.input!.precision = 'U8';
    net.inputInfo.input!.layout = 'NHWC';
    net.reshape({ input: [2, 224, 224, 3] });
    const pair = await ie.loadNetwork(net, 'CPU', f32);
    const files = await findImages([join(models, 'photographs/c[or]*.jpg')]);
    const length = 224 * 224 * 3;
    const input = new Uint8Array(2 * length);
    for (const [i, file] of files.entries()) {
      const into = input.subarray(i * length, (i + 1) * length);
      await loadImage(file, { width: 224, height: 224, into });
    }
    const { output } = await pair.infer({ input });
    const both = output!.data as Float32Array;
    const alone = [...(await classify('coffee.jpg')), ...(await classify('crab.jpg'))];
    expect(both).toHaveLength(2000);
    both.forEach((value, i) => expect(Math.abs(value - alone[i]!)).toBeLessThan(1e-4));
    pair.close();
  });
});
