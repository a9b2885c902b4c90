/** Measures the classification of a folder of photographs: decoding and inference together. */
import { alternate, column, compare, median, runCommand, runJson } from './lib/measure.mjs';
import { cli, environments, ir, peer, subject } from './lib/places.mjs';
import { provideImages } from './lib/images.mjs';

export const title = 'Classifying photographs';
export const about =
  'A folder of JPEGs of 0.5 to 12 megapixels, classified with ResNet18. `iecore classify` is compared with the CPU limit, 1 / (1 / decoding alone + 1 / inference alone), with C++, which decodes with the same libvips, and with Python. Memory is the peak of the process.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const folder = await provideImages(short ? 60 : 500);
  const python = (kind, decoder) => () =>
    runJson(environments.bench(), [subject('peers.py'), kind, decoder, model, 'default', folder]);
  const classify = (decoding, batch) => () => {
    const { output, megabytes } = runCommand(process.execPath, [
      ...[cli, 'classify', '-m', model, '-i', folder, '--decode', decoding],
      ...['--batch', batch, '--json'],
    ]);
    const { images, seconds } = JSON.parse(output);
    return { fps: images.length / seconds, megabytes };
  };
  const decode = (decoding) => () =>
    runJson(process.execPath, [subject('iecore.mjs'), 'decode', folder, decoding]);
  const results = await alternate(
    {
      classify: classify('accurate', '1'),
      batched: classify('accurate', '8'),
      fast: classify('fast', '8'),
      decode: decode('accurate'),
      'decode fast': decode('fast'),
      infer: () =>
        runJson(peer(), ['throughput', model, 'default', short ? 1 : 3, 1, 2, 'in-place']),
      cpp: () => {
        const { output, megabytes } = runCommand(peer(), ['folder', model, 'default', folder]);
        return { ...JSON.parse(output), megabytes };
      },
      node: () => runCommand(process.execPath, ['-e', '0']),
      best: python('folder', 'best'),
      'decode best': python('decode', 'best'),
    },
    rounds,
  );
  // Slow, and far from their goals: few rounds are enough.
  const slow = await alternate(
    { opencv: python('folder', 'opencv'), pillow: python('folder', 'pillow') },
    short ? 1 : 2,
  );
  const fps = (all) => column(all, 'fps');
  const limit = fps(results.decode).map((each, i) => 1 / (1 / each + 1 / fps(results.infer)[i]));
  const speed = (name) => median(fps(results[name])).toFixed(0);
  const why = `Images per second of decoding alone: sharp ${speed('decode')}, sharp with \`--decode fast\` ${speed('decode fast')}, OpenCV with reduced decoding ${speed('decode best')}; of inference alone: ${speed('infer')}. So most of the time is decoding, and the whole run cannot be faster than that. JPEG's entropy coding, which no decoder can skip, costs each of them the same. In addition, sharp decodes directly to a half, a quarter or an eighth of the size only for images to be reduced at least 3, 5 or 9 times, OpenCV already for 2, 4 or 8 times: a third of these images, and most of the small ones, are decoded twice as large. In a profile of an image of half a megapixel, decoding takes 1.3 ms and resizing 0.5 ms of 4.3 ms; the rest is libvips setting up its pipeline, with the work of malloc and the kernel for it.`;
  const labels = {
    classify: 'images per second',
    batched: 'images per second, `--batch 8`',
    fast: 'images per second, `--batch 8 --decode fast`',
  };
  const row = (name, peerName, other, goal) =>
    compare({
      what: labels[name],
      unit: 'FPS',
      ours: fps(results[name]),
      peer: other,
      peerName,
      goal,
      better: 'higher',
      why,
    });
  return [
    row('classify', 'CPU limit', limit, 0.92),
    row('batched', 'CPU limit', limit, 0.92),
    row('classify', 'C++', fps(results.cpp), 0.92),
    row('batched', 'Python, OpenCV', fps(slow.opencv), 4),
    row('batched', 'Python, Pillow', fps(slow.pillow), 8),
    row('fast', 'Python, optimized', fps(results.best), 1.3),
    compare({
      what: 'peak memory',
      unit: 'MB',
      ours: column(results.classify, 'megabytes'),
      peer: column(results.cpp, 'megabytes').map(
        (megabytes) => megabytes + median(column(results.node, 'megabytes')),
      ),
      peerName: 'C++ plus an idle Node',
      goal: 1.2,
      better: 'lower',
      why: "Node decodes on four threads (`UV_THREADPOOL_SIZE`), C++ on one per processor; each thread holds an image and its own part of the heap. V8's heap takes 27 MB, a quarter of which an idle Node takes too.",
    }),
  ];
}
