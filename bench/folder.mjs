/** Photographs on disk → classes. */
import { byTurns, column, median, runCommand, runJson } from './lib/measure.mjs';
import { cli, environments, ir, peer, subject } from './lib/places.mjs';
import { pictures } from './lib/pictures.mjs';

export const title = 'Photographs to classes';
export const about =
  'A folder of JPEGs of 0.5 to 12 million points through ResNet18: `iecore classify` beside what the processors could do at best, 1 / (1 / decoding alone + 1 / inference alone), and beside Python. Memory is the most that a process had; C++ decodes with the same libvips.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const folder = await pictures(short ? 60 : 500);
  const python = (way) => () =>
    runJson(environments.bench(), [subject('peers.py'), 'folder', way, model, 'default', folder]);
  const turns = Math.min(rounds, 5);
  const results = await byTurns(
    {
      classify: () => {
        const { output, megabytes } = runCommand(process.execPath, [
          ...[cli, 'classify', '-m', model, '-i', folder, '--json'],
        ]);
        const { images, seconds } = JSON.parse(output);
        return { fps: images.length / seconds, megabytes };
      },
      decode: () => runJson(process.execPath, [subject('iecore.mjs'), 'decode', folder]),
      infer: () => runJson(peer(), ['throughput', model, 'default', short ? 1 : 3, 1]),
      cpp: () => {
        const { output, megabytes } = runCommand(peer(), ['folder', model, 'default', folder]);
        return { ...JSON.parse(output), megabytes };
      },
      node: () => runCommand(process.execPath, ['-e', '0']),
      best: python('best'),
    },
    turns,
  );
  // These take long, and nothing near a goal.
  const slow = await byTurns({ opencv: python('opencv'), pillow: python('pillow') }, short ? 1 : 2);
  const fps = (all) => median(column(all, 'fps'));
  const limit = 1 / (1 / fps(results.decode) + 1 / fps(results.infer));
  const row = (peerName, other, goal) => ({
    what: 'pictures a second',
    unit: 'FPS',
    ours: fps(results.classify),
    peer: other,
    peerName,
    goal,
    better: 'higher',
  });
  return [
    row('limit of the processors', limit, 0.92),
    row('C++', fps(results.cpp), 0.92),
    row('Python, OpenCV', fps(slow.opencv), 4),
    row('Python, Pillow', fps(slow.pillow), 8),
    row('Python at its best', fps(results.best), 1.3),
    {
      what: 'memory',
      unit: 'MB',
      ours: median(column(results.classify, 'megabytes')),
      peer: median(column(results.cpp, 'megabytes')) + median(column(results.node, 'megabytes')),
      peerName: 'C++, plus an idle Node',
      goal: 1.2,
      better: 'lower',
    },
  ];
}
