/** Photographs on disk → classes. */
import { byTurns, column, compare, median, runCommand, runJson } from './lib/measure.mjs';
import { cli, environments, ir, peer, subject } from './lib/places.mjs';
import { pictures } from './lib/pictures.mjs';

export const title = 'Photographs to classes';
export const about =
  'A folder of JPEGs of 0.5 to 12 million points through ResNet18: `iecore classify` beside what the processors could do at best, 1 / (1 / decoding alone + 1 / inference alone), and beside Python. Memory is the most that a process had; C++ decodes with the same libvips.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const folder = await pictures(short ? 60 : 500);
  const python = (kind, way) => () =>
    runJson(environments.bench(), [subject('peers.py'), kind, way, model, 'default', folder]);
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
  const results = await byTurns(
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
  // These take long, and nothing near a goal.
  const slow = await byTurns(
    { opencv: python('folder', 'opencv'), pillow: python('folder', 'pillow') },
    short ? 1 : 2,
  );
  const fps = (all) => column(all, 'fps');
  const limit = fps(results.decode).map((each, i) => 1 / (1 / each + 1 / fps(results.infer)[i]));
  const speed = (name) => median(fps(results[name])).toFixed(0);
  const why = `Decoding alone, pictures a second: sharp ${speed('decode')}, fast ${speed('decode fast')}; OpenCV, reduced, ${speed('decode best')}; inference alone ${speed('infer')}. So decoding is what takes the time: the part of it that no decoder can leave out, JPEG's entropy coding, is the same for all, and the whole folder cannot be faster than decoding is. On top of that sharp decodes to a half, a quarter or an eighth of the size only where it has to be made smaller by 3, 5 or 9, where OpenCV does at 2, 4 and 8: a third of these pictures, and most of the small ones, are decoded twice as large. And by a profile of one of half a million points, of 4.3 ms a picture 1.3 are decoding and 0.5 resizing; the rest is libvips making its pipeline, and what malloc and the kernel do for it.`;
  const ways = {
    classify: 'pictures a second',
    batched: 'pictures a second, `--batch 8`',
    fast: 'pictures a second, `--batch 8 --decode fast`',
  };
  const row = (name, peerName, other, goal) =>
    compare({
      what: ways[name],
      unit: 'FPS',
      ours: fps(results[name]),
      peer: other,
      peerName,
      goal,
      better: 'higher',
      why,
    });
  return [
    row('classify', 'limit of the processors', limit, 0.92),
    row('batched', 'limit of the processors', limit, 0.92),
    row('classify', 'C++', fps(results.cpp), 0.92),
    row('batched', 'Python, OpenCV', fps(slow.opencv), 4),
    row('batched', 'Python, Pillow', fps(slow.pillow), 8),
    row('fast', 'Python at its best', fps(results.best), 1.3),
    compare({
      what: 'memory',
      unit: 'MB',
      ours: column(results.classify, 'megabytes'),
      peer: column(results.cpp, 'megabytes').map(
        (megabytes) => megabytes + median(column(results.node, 'megabytes')),
      ),
      peerName: 'C++, plus an idle Node',
      goal: 1.2,
      better: 'lower',
      why: "Four of Node's threads decode, C++ has one for each processor: each has a picture and a share of the heap of its own. V8's heap takes 27 MB, of which an idle Node has a quarter.",
    }),
  ];
}
